from datetime import date
from json import dumps

from fastapi import FastAPI

app = FastAPI()


class Day:
    def __init__(self, text):
        self.text = text


def today():
    return Day(date.today().isoformat())


def stamp():
    return "since " + date.today().isoformat()


def shown(value):
    return dumps({"value": value})


@app.get("/today")
def read_today():
    return shown(today().text), stamp()
