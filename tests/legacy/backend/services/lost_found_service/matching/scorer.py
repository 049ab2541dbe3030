from schema import FoundItem, Match
from . import words as _words

VERSION = 2
weigh = _words.weigh


class Scorer:
    def __init__(self, weights=None):
        self.weights = weights or {}

    def score(self, wanted, item: FoundItem) -> float:
        have = set(_words.split(item.what)) | set(item.words)
        return sum(weigh(word) * self.weights.get(word, 1.0) for word in wanted if word in have)


def best_matches(text, items, limit=3, scorer=Scorer()):
    wanted = _words.split(text)
    scored = [Match(item=item, score=scorer.score(wanted, item)) for item in items]
    return sorted((m for m in scored if m.score > 0), key=lambda m: (-m.score, m.item.number))[:limit]
