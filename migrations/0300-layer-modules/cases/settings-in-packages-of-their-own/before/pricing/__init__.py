"""All about pricing."""
