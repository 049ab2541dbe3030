"""Where items are kept."""

import sqlite3

PATH = ":memory:"


def connect():
    return sqlite3.connect(PATH)
