import warnings

import pytest
from fastapi.testclient import TestClient

from shop.main import app
from shop.domain.warns import OldWarning


@pytest.mark.filterwarnings("ignore::shop.domain.warns.OldWarning")
def test_orders():
    warnings.warn("old", OldWarning)
    assert TestClient(app).get("/orders").json() == {"a": 1}
