"""What the shop answers."""

from shop.domain.models import Order
from shop.infrastructure.database import orders_db


def create(number):
    if number in orders_db:
        raise ValueError(number)
    orders_db[number] = Order(
        number,
    )
    return len(orders_db)


def read(number):
    order = orders_db.get(number)
    return order.state if order else orders_db.get("none", "unknown")


def close(number):
    if number not in orders_db:
        raise KeyError(number)
    orders_db[number].state = "closed"
    return orders_db[number].number


def states():
    return [f"{number}={orders_db[number].state}" for number in sorted(orders_db)]


def forget(number):
    del orders_db[number]
    return orders_db.pop(number, None)


def everything():
    for number, order in orders_db.items():
        print(number, order.state)
    return list(orders_db.values()), not orders_db
