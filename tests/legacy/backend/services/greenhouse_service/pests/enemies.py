ENEMIES = {"aphid": "ladybird"}


def of(pest):
    return ENEMIES.get(pest, "patience")
