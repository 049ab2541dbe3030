"""The domain layer of shelf."""
