from ...util.text import shout
from ..main import answer


def route():
    return shout("x") + answer()
