"""The presentation layer of web."""
