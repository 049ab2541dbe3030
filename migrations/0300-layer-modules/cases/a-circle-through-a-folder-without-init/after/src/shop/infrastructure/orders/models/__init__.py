"""The infrastructure layer of models."""
