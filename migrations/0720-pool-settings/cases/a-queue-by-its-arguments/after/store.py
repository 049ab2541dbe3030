"""Only a queue of connections accepts these arguments, whatever the URL is."""

import os

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool, QueuePool

URL = os.environ["DATABASE_URL"]

orders = create_engine(
    URL,
    pool_size=20,
    max_overflow=40,
    pool_timeout=30,
    pool_recycle=-1,
    pool_pre_ping=False,
)
prices = create_engine(
    URL,
    poolclass=QueuePool,
    pool_recycle=1800,
    pool_size=5,
    max_overflow=10,
    pool_timeout=30,
    pool_pre_ping=False,
)
once = create_engine(URL, poolclass=NullPool)
