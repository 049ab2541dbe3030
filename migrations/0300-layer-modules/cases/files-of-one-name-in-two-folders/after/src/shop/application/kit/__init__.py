"""The application layer of kit."""
