from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, create_engine

engine = None


def init_db(url):
    """Make the engine and the tables. Called at startup, and by each test."""
    global engine
    engine = create_engine(url, connect_args={'check_same_thread': False}, poolclass=StaticPool)
    SQLModel.metadata.create_all(engine)
    return engine


def get_session():
    with Session(engine) as session:
        yield session
