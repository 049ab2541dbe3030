import pytest


@pytest.fixture
def prices() -> list[int]:
    return [1, 2]
