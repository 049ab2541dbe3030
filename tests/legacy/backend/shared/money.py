from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Money:
    cents: int
    currency: str = "CRO"

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError("different currencies")
        return Money(self.cents + other.cents, self.currency)

    def times(self, factor: float) -> "Money":
        return Money(round(self.cents * factor), self.currency)

    def __str__(self) -> str:
        return f"{self.cents // 100}.{self.cents % 100:02d} {self.currency}"


def crowns(amount: float) -> Money:
    return Money(round(amount * 100))
