from pydantic import BaseModel


class Item(BaseModel):
    """A hut."""

    name: str
    beds: int = 0


HUTS = {1: Item(name="Ridge hut", beds=12), 2: Item(name="Old hut")}
