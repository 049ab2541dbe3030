from fastapi import APIRouter

DEBUG = True
orders = APIRouter()
debug = APIRouter()
files = object()


def cached(function):
    return function


class Trace:
    pass


class Guard:
    pass
