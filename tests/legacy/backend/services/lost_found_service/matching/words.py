STOP = frozenset({"a", "the", "my"})


def split(text):
    return [word for word in text.lower().split() if word not in STOP]


def weigh(word):
    return float(len(word))
