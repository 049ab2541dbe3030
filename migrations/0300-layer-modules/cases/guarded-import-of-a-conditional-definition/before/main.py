import boxes
import sizes


def answer():
    return boxes.box(1), boxes.big(2), sizes.width(3)
