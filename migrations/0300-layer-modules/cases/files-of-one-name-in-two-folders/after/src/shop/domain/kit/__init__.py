"""The domain layer of kit."""
