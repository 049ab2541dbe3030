import enum
import json
from pathlib import Path
from typing import Optional, get_type_hints

DATA = Path(__file__).parent.parent.parent / "trails.json"


class Difficulty(str, enum.Enum):
    EASY = "easy"
    HARD = "hard"


class TrailStore:
    def __init__(self, path=DATA):
        rows = json.loads(Path(path).read_text())
        self._rows = [(Difficulty(row["difficulty"]), self._make(row)) for row in rows]

    @staticmethod
    def _make(row):
        item = Item(name=row["name"], km=row["km"])
        item._steps = [step_named(kind)() for kind in row["steps"]]
        return item

    def all(self, at_most: "Optional[Difficulty]" = None) -> "list[Item]":
        if at_most is Difficulty.EASY:
            return [item for difficulty, item in self._rows if difficulty is at_most]
        return [item for _, item in self._rows]

    def find(self, name: str) -> "Optional[Item]":
        return next((item for _, item in self._rows if item.name == name), None)


def step_named(name):
    for kind in Step.kinds:
        if kind.__name__ == name:
            return kind
    raise LookupError(name)


_store = None


def store_for() -> TrailStore:
    global _store
    if _store is None:
        _store = TrailStore()
    return _store


def hints():
    return get_type_hints(TrailStore.find)


# at the end, because models once imported us
from guide.registry import Step  # noqa: E402
from .models import Item  # noqa: E402
