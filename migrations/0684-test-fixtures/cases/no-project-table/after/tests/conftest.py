"""What the tests share."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient


@pytest.fixture
def app() -> FastAPI:
    """The application, imported only where a test asks for it."""
    from main import app

    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client of the application, which is started and stopped around the test."""
    with TestClient(app) as client:
        yield client
