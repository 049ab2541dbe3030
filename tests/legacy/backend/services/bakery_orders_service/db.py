import os
import sqlite3
from pathlib import Path

DB_FILE = os.environ.get("BAKERY_DB", "./bakery-orders.sqlite")
SCHEMA = Path(__file__).with_name("sql") / "schema.sql"


def connect():
    connection = sqlite3.connect(DB_FILE)
    connection.row_factory = sqlite3.Row
    return connection


def init_schema():
    with connect() as connection:
        connection.executescript(SCHEMA.read_text())
