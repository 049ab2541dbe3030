"""Nothing is written for SQLite."""

from sqlalchemy import create_engine

URL = "sqlite:///shop.db"

engine = create_engine(URL)
memory = create_engine("sqlite://", connect_args={"check_same_thread": False})


def connect(url):
    return create_engine(url, connect_args={"check_same_thread": False})
