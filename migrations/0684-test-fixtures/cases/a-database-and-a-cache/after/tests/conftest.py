"""What the tests share."""

import pytest
from fastapi import FastAPI


@pytest.fixture
def app() -> FastAPI:
    """The application, made anew for each test and imported only where one asks for it."""
    from main import create_app

    return create_app()
