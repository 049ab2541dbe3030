import os
import sys

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))


@pytest.fixture
def client():
    from app import create_app
    from config import Settings

    with TestClient(create_app(Settings(title="Test office"))) as running:
        yield running
