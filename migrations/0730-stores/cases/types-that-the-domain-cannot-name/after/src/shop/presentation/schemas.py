"""What is sent."""


class Draft:
    """A draft."""
