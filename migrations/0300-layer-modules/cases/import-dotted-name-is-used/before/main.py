import core.names
import core.prices.rules
import os.path, core.prices.rules as rules


def answer():
    core.names.NAMES["tea"] = core.prices.rules.RATE
    return core.prices.rules.tax(300), rules.RATE, sorted(core.names.NAMES), os.path.sep
