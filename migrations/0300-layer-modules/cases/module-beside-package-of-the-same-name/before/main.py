import api
from api import NAME


def answer():
    return api.NAME, NAME
