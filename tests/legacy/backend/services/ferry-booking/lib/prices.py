# prices per line, in crowns; groups of ten or more pay nine
TABLE = {"north": 40, "south": 25}


def total(line, persons):
    if persons >= 10:
        persons = persons - 1
    return TABLE.get(line, 50) * persons
