from schema import FoundItem


class MemoryStore:
    def __init__(self):
        self._items = {}

    async def save(self, item):
        number = len(self._items) + 1
        self._items[number] = FoundItem(number=number, **item.model_dump())
        return self._items[number]

    async def get(self, number):
        return self._items.get(number)

    async def all(self):
        return list(self._items.values())

    async def close(self):
        self._items.clear()
