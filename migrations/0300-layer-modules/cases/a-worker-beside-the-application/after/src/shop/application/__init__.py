"""Application: use cases over the domain."""
