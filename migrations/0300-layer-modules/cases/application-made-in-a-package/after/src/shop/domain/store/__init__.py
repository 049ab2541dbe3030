"""The domain layer of store."""
