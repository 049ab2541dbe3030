from ..models import Plot

PLOTS = {}


def fill():
    PLOTS.clear()
    for number, size in enumerate((80, 120, 200), start=1):
        PLOTS[number] = Plot(number=number, size=size)


fill()
