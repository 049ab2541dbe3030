def is_long(password: str) -> bool:
    return len(password) > 8
