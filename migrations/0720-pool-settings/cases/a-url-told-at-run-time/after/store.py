"""The environment may name SQLite."""

import os

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

URL = os.getenv("DATABASE_URL", "postgresql://db/shop")
OPTIONS = {"pool_size": 3}


def pool_settings(url: str) -> dict:
    """Return the settings of a pool; SQLite has pools that take none."""
    queued = (
        "postgresql",
        "postgres",
        "mysql",
        "mariadb",
        "oracle",
        "mssql",
        "cockroachdb",
    )
    if make_url(url).get_backend_name() not in queued:
        return {}
    return {
        "pool_size": 5,
        "max_overflow": 10,
        "pool_timeout": 30,
        "pool_recycle": -1,
    }


# The one and only.
engine = create_engine(URL, pool_pre_ping=True, **pool_settings(URL))
other = create_engine("postgresql://db/shop", **OPTIONS)


def connect(url):
    return create_engine(url)


def connect_to(host):
    return create_engine(host.url(), echo=True)
