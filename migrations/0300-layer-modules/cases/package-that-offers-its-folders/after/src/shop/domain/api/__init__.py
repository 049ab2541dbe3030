"""The domain layer of api."""
