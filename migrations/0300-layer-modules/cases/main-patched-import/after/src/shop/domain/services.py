"""Rules and calculations of the domain."""

from datetime import date
from json import dumps

from shop.domain.models import Day


def today():
    return Day(date.today().isoformat())


def stamp():
    return "since " + date.today().isoformat()


def shown(value):
    return dumps({"value": value})
