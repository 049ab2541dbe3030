"""The infrastructure."""
