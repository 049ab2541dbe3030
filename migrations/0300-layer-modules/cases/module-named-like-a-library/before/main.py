from rules.json import written


def answer():
    return written(["tea"])
