import csv


def read(path: str) -> dict[str, int]:
    with open(path) as file:
        return {name: int(price) for name, price in csv.reader(file)}
