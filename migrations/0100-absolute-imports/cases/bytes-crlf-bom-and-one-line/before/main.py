# Menü
from .config import NAME; from . import config


def answer(): from .late import SHOUT; return NAME + config.NAME + SHOUT