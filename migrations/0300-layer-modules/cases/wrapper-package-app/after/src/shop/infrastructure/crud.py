import sqlite3


def items():
    return sqlite3.connect(":memory:").execute("select 1").fetchall()
