"""The domain layer of desk."""
