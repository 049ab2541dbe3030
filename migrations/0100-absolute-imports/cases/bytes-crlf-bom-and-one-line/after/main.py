# Menü
from shop.config import NAME; from shop import config


def answer(): from shop.late import SHOUT; return NAME + config.NAME + SHOUT