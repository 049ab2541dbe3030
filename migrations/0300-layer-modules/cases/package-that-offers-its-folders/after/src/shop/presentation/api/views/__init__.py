"""The presentation layer of views."""
