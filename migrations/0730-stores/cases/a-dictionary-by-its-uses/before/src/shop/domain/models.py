"""What the shop knows."""


class Order:
    """An order."""

    def __init__(self, number, state="new"):
        self.number = number
        self.state = state
