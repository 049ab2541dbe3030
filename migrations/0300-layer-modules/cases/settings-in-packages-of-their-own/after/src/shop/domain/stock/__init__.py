"""All about stock."""
