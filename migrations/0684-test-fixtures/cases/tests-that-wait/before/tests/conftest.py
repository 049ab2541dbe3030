"""What tests share."""
import pytest


@pytest.fixture
def rows():
    return []
