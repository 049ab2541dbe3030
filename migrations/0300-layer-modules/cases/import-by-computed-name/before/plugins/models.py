from dataclasses import dataclass


@dataclass
class Leaf:
    name: str


def taste():
    return Leaf("plain")
