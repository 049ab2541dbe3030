"""The infrastructure layer of ext."""
