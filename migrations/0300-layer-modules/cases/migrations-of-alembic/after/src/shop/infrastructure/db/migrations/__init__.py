"""The infrastructure layer of migrations."""
