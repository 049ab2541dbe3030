import os


def apply() -> None:
    os.environ.setdefault("ZONE", "2")
