from dataclasses import dataclass


@dataclass
class Order:
    number: int


def is_large(order: Order) -> bool:
    return order.number > 10
