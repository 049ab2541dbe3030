from typing import Optional

import models
from models import Item, Order, Priced


def show(order: Order, item: "Item", maybe: Optional[Priced] = None):
    copied = Order(items=[item])
    return {
        "order": order.dict(
            exclude={"buyer"},  # kept out of the answer
            by_alias=True,
        ),
        "item": item.json(),
        "copy": copied.copy().dict(),
        "maybe": maybe and maybe.dict(),
        "again": models.Item.parse_obj(item.dict()).dict(),
    }


def made(values):
    Order.update_forward_refs()
    Order.schema()
    return Order.construct(**values)
