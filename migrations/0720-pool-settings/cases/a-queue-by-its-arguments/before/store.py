"""Only a queue of connections accepts these arguments, whatever the URL is."""

import os

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool, QueuePool

URL = os.environ["DATABASE_URL"]

orders = create_engine(URL, pool_size=20, max_overflow=40)
prices = create_engine(URL, poolclass=QueuePool, pool_recycle=1800)
once = create_engine(URL, poolclass=NullPool)
