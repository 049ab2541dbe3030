from datetime import datetime
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient

from backend.services.tariff_service import rates
from backend.services.tariff_service.errors import UnknownRate
from backend.services.tariff_service.main import app
from backend.shared import clock
from backend.shared.money import Money, crowns

client = TestClient(app)


@pytest.fixture(autouse=True)
def noon():
    clock.freeze(datetime(2024, 6, 1, 12))
    yield
    clock.thaw()


def quote(rate="bike", minutes=20):
    return client.post("/api/v1/quote", json={"rate": rate, "minutes": minutes})


def test_quote():
    assert quote().json() == {"rate": "bike", "cents": 200, "text": "2.00 CRO"}


def test_rush_hour_costs_more():
    clock.freeze(datetime(2024, 6, 1, 8))
    assert quote().json()["cents"] == 300


def test_unknown_rate_is_in_an_envelope():
    answer = quote("rocket")
    assert answer.status_code == 404
    assert answer.json()["detail"]["error"] == {"message": "no rate called rocket", "code": 404}


def test_rates_and_health():
    assert client.get("/api/v1/rates").json()["data"] == ["bike", "cargo"]
    assert client.get("/health").json()["meta"] == {"service": "tariff"}


def test_price_is_looked_up_in_the_endpoints():
    with patch("backend.services.tariff_service.api.v1.endpoints.price_for", return_value=Money(7)):
        assert quote().json()["cents"] == 7


def test_factor_is_looked_up_in_rates():
    with patch("backend.services.tariff_service.rates.rush_factor", return_value=10.0):
        assert quote().json()["cents"] == 2000


def test_settings_are_looked_up_in_rates():
    with patch.object(rates, "get_settings") as fake:
        fake.return_value.rush_hours = (12,)
        fake.return_value.rush_factor = 2.0
        assert quote().json()["cents"] == 400


def test_default_book_was_made_at_definition():
    with patch("backend.services.tariff_service.rates.default_book", return_value=rates.RateBook([])):
        assert rates.price_for("bike", 0) == crowns(1)
    with pytest.raises(UnknownRate):
        rates.price_for("bike", 0, book=rates.RateBook([]))
