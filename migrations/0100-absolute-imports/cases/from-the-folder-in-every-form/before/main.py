from typing import TYPE_CHECKING

from . import config
from . import models, rules as law  # two at once
from .constants import *
from .core.engine import run
from.models import Item
from .store import (
    load,  # lazily filled
    save,
)

try:
    from .missing import nothing
except ImportError:
    nothing = None

if TYPE_CHECKING:
    from .models import Price


def answer() -> "Price":
    from .late import shout

    save(Item(config.NAME))
    return shout(run(models.Item(law.RULE)), load(), LIMIT, nothing)
