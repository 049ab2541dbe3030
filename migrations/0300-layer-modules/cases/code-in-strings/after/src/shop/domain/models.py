from dataclasses import dataclass


@dataclass
class Order:
    number: int


def total(orders: list[Order]) -> int:
    return sum(order.number for order in orders)
