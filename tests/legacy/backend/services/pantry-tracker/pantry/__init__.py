"""What is on the shelves of the community pantry."""

__version__ = "0.3"
