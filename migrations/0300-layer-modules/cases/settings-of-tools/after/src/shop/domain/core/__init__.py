"""The domain layer of core."""
