"""What is sold."""


class Item:
    """One thing."""

    def __init__(self, name, price=1):
        self.name = name
        self.price = price
