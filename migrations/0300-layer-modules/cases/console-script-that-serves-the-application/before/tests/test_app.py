import warnings

import pytest
from fastapi.testclient import TestClient

from app.main import app
from app.warns import OldWarning


@pytest.mark.filterwarnings("ignore::app.warns.OldWarning")
def test_orders():
    warnings.warn("old", OldWarning)
    assert TestClient(app).get("/orders").json() == {"a": 1}
