from typing import Iterator

import pytest as checks

import main


@checks.fixture
def rows() -> Iterator[list]:
    yield main.app.routes
