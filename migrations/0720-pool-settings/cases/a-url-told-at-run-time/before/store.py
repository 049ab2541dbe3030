"""The environment may name SQLite."""

import os

from sqlalchemy import create_engine

URL = os.getenv("DATABASE_URL", "postgresql://db/shop")
OPTIONS = {"pool_size": 3}

# The one and only.
engine = create_engine(URL, pool_pre_ping=True)
other = create_engine("postgresql://db/shop", **OPTIONS)


def connect(url):
    return create_engine(url)


def connect_to(host):
    return create_engine(host.url(), echo=True)
