"""The infrastructure layer of shelf."""
