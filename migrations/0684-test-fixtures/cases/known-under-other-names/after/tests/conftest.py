from typing import Iterator

import pytest as checks
from fastapi.testclient import TestClient

import main


@checks.fixture
def rows() -> Iterator[list]:
    yield main.app.routes


@checks.fixture
def app() -> main.FastAPI:
    """The application, imported only where a test asks for it."""
    from main import app

    return app


@checks.fixture
def client(app: main.FastAPI) -> Iterator[TestClient]:
    """A client of the application, which is started and stopped around the test."""
    with TestClient(app) as client:
        yield client
