"""What the shop answers."""

from shop.domain.models import Order
from shop.infrastructure.database import order_repository


def create(number):
    if order_repository.has(number):
        raise ValueError(number)
    order_repository.save(number, Order(
        number,
    ))
    return order_repository.count()


def read(number):
    order = order_repository.find(number)
    return order.state if order else order_repository.find_or("none", "unknown")


def close(number):
    if not order_repository.has(number):
        raise KeyError(number)
    order_repository.get(number).state = "closed"
    return order_repository.get(number).number


def states():
    return [f"{number}={order_repository.get(number).state}" for number in sorted(order_repository.keys())]


def forget(number):
    order_repository.remove(number)
    return order_repository.take_or(number, None)


def everything():
    for number, order in order_repository.items():
        print(number, order.state)
    return list(order_repository.all()), not order_repository.count()
