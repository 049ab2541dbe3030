from enum import Enum

from . import constants as c

RATINGS = {}


class Outcome(str, Enum):
    WHITE = "white"
    BLACK = "black"
    DRAW = "draw"

    @property
    def score(self):
        return {"white": 1.0, "black": 0.0, "draw": 0.5}[self.value]


def rating(player):
    return RATINGS.get(player, c.START)


def expected(mine, theirs):
    return 1 / (1 + 10 ** ((theirs - mine) / c.SCALE))


def update(white, black, outcome, k=c.K):
    w, b = rating(white), rating(black)
    change = k * (outcome.score - expected(w, b))
    RATINGS[white] = round(w + change)
    RATINGS[black] = round(b - change)
    return RATINGS[white], RATINGS[black]


def table():
    return [{"player": p, "rating": r} for p, r in sorted(RATINGS.items(), key=lambda item: (-item[1], item[0]))]
