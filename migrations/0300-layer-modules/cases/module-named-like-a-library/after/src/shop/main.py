from shop.domain.rules.json import written


def answer():
    return written(["tea"])
