shelves = ["front"]


class Shelf:
    known_at_start = len(shelves)
