from shop.presentation import api
from shop.presentation.api import NAME


def answer():
    return api.NAME, NAME
