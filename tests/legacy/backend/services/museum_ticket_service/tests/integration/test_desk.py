import os
import subprocess
import sys
from datetime import date
from unittest.mock import AsyncMock, MagicMock, patch

import pytest
from fastapi.testclient import TestClient
from httpx import AsyncClient

from main import StandardPolicy, app, get_policy, is_raining

ADMIN = {"X-Admin": "curator"}
SALE = {"exhibition": "dinosaurs", "day": "2024-06-02", "kinds": ["adult", "child"]}


@pytest.fixture
def client():
    app.dependency_overrides[get_policy] = StandardPolicy
    with TestClient(app) as running:
        yield running
    app.dependency_overrides.clear()


def test_sale(client):
    answer = client.post("/sales", json=SALE)
    assert answer.status_code == 201
    assert (answer.json()["total"], answer.json()["currency"]) == ("18.75", "CRO")
    assert [t["kind"] for t in answer.json()["tickets"]] == ["adult", "child"]
    assert float(answer.headers["X-Took"]) >= 0


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"exhibition": "Dinosaurs!"}, "not a slug"),
        ({"kinds": ["child"]}, "children do not come alone"),
        ({"kinds": []}, "at least 1"),
        ({"kinds": ["adult"] * 11}, "at most 10"),
    ],
)
def test_bad_sales(client, change, reason):
    answer = client.post("/sales", json={**SALE, **change})
    assert answer.status_code == 422
    assert reason in answer.json()["detail"][0]["msg"]


def test_errors_have_codes(client):
    assert client.post("/sales", json={**SALE, "day": "2024-06-03"}).json() == {
        "code": "closed",
        "message": "dinosaurs is closed",
        "next": "2024-06-04",
    }
    assert client.post("/sales", json={**SALE, "exhibition": "moon"}).status_code == 404
    assert client.post("/sales", json={**SALE, "kinds": ["adult"] * 5}).json()["code"] == "sold_out"


def test_turnstile_and_refund(client):
    first, second = client.post("/sales", json=SALE).json()["tickets"]
    assert client.post(f"/turnstile/{first['id']}", params={"today": "2024-06-02"}).json() == {"ok": True, "kind": "adult"}
    assert client.post(f"/turnstile/{first['id']}").json()["message"] == "already used"
    with patch("main.refund", return_value="all") as refund:
        assert client.delete(f"/tickets/{second['id']}").json() == {"refund": "all"}
    refund.assert_called_once_with(second["id"])


def test_report_comes_from_the_package_data(client):
    client.post("/sales", json=SALE)
    answer = client.get("/admin/report", params={"day": "2024-06-02"}, headers=ADMIN)
    assert answer.json() == {"text": "2024-06-02: 2 tickets, 18.75 CRO", "turnstile": 0}
    assert client.get("/admin/counter", headers=ADMIN).json() == {"dinosaurs": 2}


def test_admin_only(client):
    assert client.get("/admin/counter").status_code == 403
    with patch("main.ADMIN_TOKEN", "other"):
        assert client.get("/admin/counter", headers=ADMIN).status_code == 403


def test_exhibitions_and_poster(client):
    assert [e["slug"] for e in client.get("/exhibitions").json()] == ["dinosaurs", "clocks"]
    assert client.get("/exhibitions/clocks/poster").text.startswith("DINOSAURS!")
    assert client.get("/exhibitions/moon/poster").status_code == 404
    assert client.post("/admin/reload", headers=ADMIN).json() == {"exhibitions": ["dinosaurs", "clocks"]}


def test_barcode_is_looked_up_in_main(client):
    with patch("main.barcode", return_value="||"):
        assert client.post("/sales", json=SALE).json()["tickets"][0]["barcode"] == "||"


@pytest.mark.asyncio
async def test_rain_is_asked_once():
    answer = MagicMock()
    answer.json.return_value = {"next_value": 3}
    session = AsyncMock()
    session.__aenter__.return_value.get.return_value = answer
    with patch("main.httpx.AsyncClient", return_value=session) as made:
        assert await is_raining() and await is_raining()
    made.assert_called_once()


@pytest.mark.asyncio
async def test_dry_when_nobody_answers():
    with patch("main.httpx.AsyncClient", side_effect=OSError("no net")):
        assert await is_raining() is False
    with patch("main.is_raining", AsyncMock(return_value=True)):
        assert type(await get_policy()).__name__ == "RainyDayPolicy"


@pytest.mark.asyncio
async def test_old_client_still_works():
    async with AsyncClient(app=app, base_url="http://museum") as ac:
        assert (await ac.get("/health")).json()["service"] == "museum_ticket_service"


def test_query_default_is_made_per_request(client):
    import main

    with patch.object(main.Exhibition, "opens_on", return_value=True):
        sold = client.post("/sales", json={**SALE, "day": date.today().isoformat()}).json()
    assert client.post(f"/turnstile/{sold['tickets'][0]['id']}").json()["ok"] is True


def test_self_test():
    service = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    done = subprocess.run([sys.executable, "main.py", "--self-test"], cwd=service, capture_output=True)
    assert done.returncode == 0
