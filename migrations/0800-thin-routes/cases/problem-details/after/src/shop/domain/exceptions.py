"""What can go wrong, in the words of the domain."""


class DomainError(Exception):
    """The service refuses something, or cannot do it.

    Args:
        detail: What the caller is told.
    """

    def __init__(self, detail: object) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidInputError(DomainError):
    """What is asked for makes no sense."""
