from typing import TYPE_CHECKING

from shop import config
from shop import models, rules as law  # two at once
from shop.constants import *
from shop.core.engine import run
from shop.models import Item
from shop.store import (
    load,  # lazily filled
    save,
)

try:
    from shop.missing import nothing
except ImportError:
    nothing = None

if TYPE_CHECKING:
    from shop.models import Price


def answer() -> "Price":
    from shop.late import shout

    save(Item(config.NAME))
    return shout(run(models.Item(law.RULE)), load(), LIMIT, nothing)
