import pytest
from fastapi import FastAPI

import main


@pytest.fixture
def app() -> FastAPI:
    return main.app
