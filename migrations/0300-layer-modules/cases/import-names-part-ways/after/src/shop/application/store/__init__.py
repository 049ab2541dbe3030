"""The application layer of store."""
