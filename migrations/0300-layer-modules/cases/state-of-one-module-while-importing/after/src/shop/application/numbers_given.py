count = 0


def draw():
    global count
    count += 1
    return count


FIRST = draw()
SECOND = draw()
DRAWN = count
