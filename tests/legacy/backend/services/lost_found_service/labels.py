import textwrap

from schema import FoundItem

WIDTH = 16


def make_label(item: FoundItem, width: int = WIDTH) -> str:
    return "\n".join(textwrap.wrap(f"#{item.number} {item.what} ({item.place})", width))
