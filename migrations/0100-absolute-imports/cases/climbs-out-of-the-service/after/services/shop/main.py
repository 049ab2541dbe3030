from services import util
from services.util.text import shout


def answer():
    return shout(util.__name__)
