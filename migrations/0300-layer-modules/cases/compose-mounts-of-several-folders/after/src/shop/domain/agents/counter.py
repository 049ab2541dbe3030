def count() -> int:
    return 3
