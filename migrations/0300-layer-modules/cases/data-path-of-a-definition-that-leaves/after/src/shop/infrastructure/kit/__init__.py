"""The infrastructure layer of kit."""
