"""The infrastructure layer of web."""
