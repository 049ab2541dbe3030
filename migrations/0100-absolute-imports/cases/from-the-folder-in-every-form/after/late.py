def shout(*parts):
    return "|".join(map(str, parts))
