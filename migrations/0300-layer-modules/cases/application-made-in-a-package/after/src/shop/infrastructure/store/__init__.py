"""The infrastructure layer of store."""
