"""Rules and calculations of the domain."""


def band(weight: int | None) -> str:
    return "heavy" if weight and weight > 30 else "light"


def grade(remark: str | None) -> str:
    return "good" if remark is None else "bad"
