from . import parts
from .parts import PART


def run(item):
    return item.name + PART + parts.PART
