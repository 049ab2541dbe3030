"""Where orders are kept."""

from functools import cache

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, declarative_base, sessionmaker


@cache
def get_engine() -> Engine:
    """Return the engine, made when it is first asked for."""
    return create_engine("postgresql://db/shop", pool_size=5)


def close_engine() -> None:
    """Close the engine, if it was ever made."""
    if get_engine.cache_info().currsize:
        get_engine().dispose()


@cache
def _session_local_maker() -> sessionmaker:
    return sessionmaker(autoflush=False, bind=get_engine())


def SessionLocal() -> Session:
    """Return a new session."""
    return _session_local_maker()()


Base = declarative_base()


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
