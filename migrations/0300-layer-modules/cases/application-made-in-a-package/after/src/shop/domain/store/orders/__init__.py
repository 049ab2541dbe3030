"""The domain layer of orders."""
