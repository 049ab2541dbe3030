"""The infrastructure layer of versions."""
