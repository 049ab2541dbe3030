class Book:
    def __init__(self) -> None:
        self.orders: list[str] = []
