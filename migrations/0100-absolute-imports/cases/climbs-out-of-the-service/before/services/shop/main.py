from .. import util
from ..util.text import shout


def answer():
    return shout(util.__name__)
