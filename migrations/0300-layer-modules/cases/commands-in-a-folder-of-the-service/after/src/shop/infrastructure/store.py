def books() -> list[str]:
    return ["one"]
