import os
import sys
from unittest.mock import MagicMock, patch

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, os.path.abspath(os.path.join(os.path.dirname(__file__), "../")))
import db
import main
from pricing import PRICES, rules

TOKEN = {"X-Token": "flour-and-water"}


@pytest.fixture
def client(tmp_path):
    with patch("db.DB_FILE", str(tmp_path / "orders.sqlite")):
        with TestClient(main.app) as running:
            yield running


def order(client, **items):
    return client.post("/orders", json={"customer": "Café Owl", "items": items}, headers=TOKEN).json()


def test_order(client):
    assert order(client, loaf=2, roll=13) == {"ok": True, "id": 1, "price": 13.0, "rule": "none"}
    assert client.get("/orders").json() == [{"id": 1, "customer": "Café Owl", "price": 13.0}]
    assert client.get("/orders", params={"customer": "caf owl"}).json()[0]["id"] == 1


def test_token(client):
    assert client.post("/orders", json={"customer": "x", "items": {}}).status_code == 401


def test_empty_basket_is_200(client):
    assert order(client) == {"ok": False, "error": "empty basket"}


def test_big_order(client):
    assert order(client, cake=10)["price"] == 171.0


def test_database_errors_are_swallowed(client):
    answer = client.get("/broken-table")
    assert answer.status_code == 200
    assert "ovens" in answer.json()["error"]
    assert "ovens" in main.last_error


def test_counter(client):
    before = main.orders_seen
    order(client, loaf=1)
    assert main.orders_seen == before + 1
    assert client.get("/stats").json()["seen"] == before + 1


def test_export_is_not_ready(client):
    assert client.get("/stats").json()["export"] is False


def test_rule_of_the_day_is_a_copy_in_main(client):
    with patch("pricing.rules.RULE_OF_THE_DAY", "elsewhere"):
        assert order(client, loaf=1)["rule"] == "none"
    with patch("main.RULE_OF_THE_DAY", "patched"):
        assert order(client, loaf=1)["rule"] == "patched"


def test_connect_is_looked_up_in_main():
    fake = MagicMock()
    fake.return_value.execute.return_value.fetchone.return_value = {"id": 5}
    with patch("main.connect", fake):
        assert TestClient(main.app).get("/orders/5").json() == {"id": 5}


def test_connect_is_looked_up_in_db_too():
    with patch("db.connect") as fake:
        db.init_schema()
    fake.return_value.__enter__.return_value.executescript.assert_called_once()


def test_prices_are_one_object(client):
    with patch.dict(PRICES, loaf=100.0):
        assert order(client, loaf=1)["price"] == 95.0


def test_rules_are_registered_in_order():
    assert [one.__name__ for one in rules._rules] == ["baker_dozen", "big_order"]


# ---- these two fail, and did so before anybody looked ----
def test_price_of_a_pretzel():
    assert PRICES["pretzel"] == 1.2


def test_patch_of_a_name_that_went():
    with patch("main.send_to_oven"):
        pass


@pytest.mark.skip("the oven is offline")
def test_oven():
    raise RuntimeError
