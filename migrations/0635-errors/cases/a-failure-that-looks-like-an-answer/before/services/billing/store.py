def read() -> dict[str, str]:
    return {}
