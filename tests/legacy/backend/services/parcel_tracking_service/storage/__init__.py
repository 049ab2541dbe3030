from .memory import MemoryStore

_store = None


def get_store() -> MemoryStore:
    """The one store of this process."""
    global _store
    if _store is None:
        _store = MemoryStore()
    return _store


def forget_store() -> None:
    global _store
    _store = None
