import asyncio
from unittest.mock import AsyncMock, patch

import httpx
import pytest
from fastapi.testclient import TestClient

import kiosk.main
import main
from kiosk import breaker, tokens


def test_main_is_the_gateway():
    assert main.app is kiosk.main.app


def test_token_is_needed(client):
    assert client.get("/to/loans/health").json() == {"detail": "token missing"}
    assert client.get("/to/loans/health", headers={"Authorization": "Bearer x.y"}).json() == {"detail": "bad signature"}


def test_request_is_forwarded(client, headers, upstream):
    answer = client.post("/to/parcels/api/parcels?x=1", headers=headers, json={"a": 1})
    assert answer.json() == {"from": "parcel_tracking_service"}
    assert str(upstream[0].url) == "http://parcel_tracking_service:8103/api/parcels?x=1"
    assert upstream[0].content == b'{"a":1}' or upstream[0].content == b'{"a": 1}'
    assert upstream[0].headers["host"] != "testserver"


def test_unknown_upstream(client, headers):
    assert client.get("/to/moon/x", headers=headers).status_code == 404


def test_orders_go_to_the_bakery(client, headers, upstream):
    assert client.get("/api/orders", headers=headers).json() == {"from": "localhost"}
    assert client.get("/api/orders").status_code == 401


def test_forward_is_imported_late(client, headers):
    with patch("kiosk.main.forward", AsyncMock(return_value={"late": True})):
        assert client.get("/api/orders", headers=headers).json() == {"late": True}


def test_breaker_opens_after_three_failures(client, headers):
    broken = AsyncMock()
    broken.request.side_effect = httpx.ConnectError("down")
    with patch("kiosk.main.http", return_value=broken):
        for _ in range(3):
            assert client.get("/to/weather/x", headers=headers).status_code == 502
        answer = client.get("/to/weather/x", headers=headers)
    assert answer.status_code == 503
    assert answer.json()["error"]["message"] == "weather is resting"
    assert client.get("/health/detailed").json()["weather"] == "open"
    assert client.get("/status/").json()["weather"] == 3


def test_breaker_rests(monkeypatch):
    moments = iter([0.0, 5.0, 11.0])
    monkeypatch.setattr("kiosk.breaker.time.monotonic", lambda: next(moments))
    one = breaker.Breaker()
    one.LIMIT = 1
    one.failure()
    assert [one.state, one.state] == ["open", "half-open"]


def test_limit():
    from kiosk.middleware import ratelimit

    ratelimit.HITS.clear()
    with TestClient(main.create_gateway(limit=(2, 60))) as small:
        codes = [small.get("/health").status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_headers_and_cors(client):
    answer = client.get("/health", headers={"Origin": "http://elsewhere"})
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["access-control-allow-credentials"] == "true"


def test_secret_is_looked_up_in_main(client, upstream):
    with patch.object(kiosk.main, "KIOSK_SECRET", "s2"):
        mine = {"Authorization": "Bearer " + tokens.make({"sub": "x"}, "s2")}
        assert client.get("/to/loans/", headers=mine).status_code == 200


def test_client_is_made_once_and_closed(monkeypatch):
    monkeypatch.setattr(kiosk.main, "_http", None)
    first = kiosk.main.http()
    assert kiosk.main.http() is first
    asyncio.run(kiosk.main.close_http())
    assert kiosk.main._http is None


@pytest.mark.parametrize("path", ["x", "/x"])
def test_resolve(path):
    assert kiosk.main.resolve("loans", path) == "http://loan_desk_service:80/x"


def test_count_reads_the_breakers_of_main(client, headers):
    kiosk.main.breakers["bakery"].failure()
    assert client.get("/api/orders/count", headers=headers).json() == {"asked": 1}


def test_time_is_utc(client):
    with patch("kiosk.main.datetime") as clock:
        clock.now.return_value.isoformat.return_value = "noon"
        assert client.get("/time").json() == {"now": "noon"}
