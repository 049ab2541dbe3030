from typing import Optional

import models
from models import Item, Order, Priced


def show(order: Order, item: "Item", maybe: Optional[Priced] = None):
    copied = Order(items=[item])
    return {
        "order": order.model_dump(
            exclude={"buyer"},  # kept out of the answer
            by_alias=True,
        ),
        "item": item.model_dump_json(),
        "copy": copied.model_copy().model_dump(),
        "maybe": maybe and maybe.model_dump(),
        "again": models.Item.model_validate(item.model_dump()).model_dump(),
    }


def made(values):
    Order.model_rebuild(force=True)
    Order.model_json_schema()
    return Order.model_construct(**values)
