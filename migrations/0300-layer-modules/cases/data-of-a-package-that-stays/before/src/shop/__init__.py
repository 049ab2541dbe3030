"""Pages of a shop."""
