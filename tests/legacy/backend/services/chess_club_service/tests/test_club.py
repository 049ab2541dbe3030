import asyncio
from unittest.mock import AsyncMock, MagicMock, patch

import pytest
from fastapi.testclient import TestClient

import clock
import lobby
import main
from rating import elo

KEY = {"X-Club-Key": "rook-takes-pawn"}


@pytest.fixture(autouse=True)
def fresh():
    lobby.replace(None)
    TestClient(main.app).post("/admin/reset", headers=KEY)


@pytest.fixture
def client():
    with TestClient(main.app) as c:
        yield c


def test_two_players_hear_each_other(client):
    with client.websocket_connect("/ws/ann") as ann:
        assert ann.receive_json() == {"type": "joined", "player": "ann"}
        with client.websocket_connect("/ws/bob") as bob:
            assert ann.receive_json()["player"] == bob.receive_json()["player"] == "bob"
            bob.send_json({"type": "say", "text": "x" * 50})
            assert ann.receive_json() == {"type": "said", "player": "bob", "text": "x" * 20}
            assert client.get("/health").json()["online"] == 2


def test_move_presses_the_clock(client):
    with client.websocket_connect("/ws/ann") as ann:
        ann.receive_json()
        ann.send_json({"type": "move", "table": 7})
        assert ann.receive_json() == {"type": "clock", "left": 300}
    assert list(main.clocks) == [7]
    assert client.get("/admin/clocks", headers=KEY).json() == {"7": 300}


def test_unknown_message(client):
    with client.websocket_connect("/ws/ann") as ann:
        ann.receive_json()
        ann.send_json({"type": "bluff"})
        assert ann.receive_json() == {"type": "error", "reason": "unknown bluff"}


def test_games_change_ratings_and_the_counter(client):
    answer = client.post("/games?white=ann&black=bob&outcome=white", headers=KEY).json()
    assert answer == {"white": 1516, "black": 1484, "expected": 0.5}
    assert main.games_finished == 1
    assert [row["player"] for row in client.get("/ratings").json()] == ["ann", "bob"]


def test_members_only(client):
    assert client.post("/games?white=a&black=b&outcome=draw").status_code == 403
    assert client.get("/admin/clocks").status_code == 403


def test_key_is_looked_up_in_main(client):
    with patch("main.CLUB_KEY", "other"):
        assert client.get("/admin/clocks", headers=KEY).status_code == 403
        assert client.get("/admin/clocks", headers={"X-Club-Key": "other"}).status_code == 200


def test_start_and_stop_of_the_heartbeat():
    with TestClient(main.app):
        assert main.heartbeat_task is not None
    assert main.heartbeat_task is None


@pytest.mark.asyncio
async def test_heartbeat_is_broadcast():
    with patch("main.broadcast", new_callable=AsyncMock) as sent:
        task = asyncio.create_task(main.heartbeat(0))
        await asyncio.sleep(0.02)
        task.cancel()
    assert sent.await_args.args[0] == {"type": "heartbeat", "online": 0}


@pytest.mark.asyncio
async def test_dead_sockets_are_dropped():
    dead = MagicMock()
    dead.send_json = AsyncMock(side_effect=RuntimeError("closed"))
    lobby.current().join("ghost", dead)
    await lobby.broadcast({})
    assert lobby.count() == 0


@pytest.mark.asyncio
async def test_safe_send_is_looked_up_in_lobby(monkeypatch):
    fake = AsyncMock(return_value=True)
    monkeypatch.setattr(lobby, "safe_send", fake)
    lobby.current().join("x", "socket")
    await lobby.broadcast("hello")
    fake.assert_awaited_once_with("socket", "hello")


def test_clock_default_argument_is_bound_at_definition(monkeypatch):
    monkeypatch.setattr("clock.time.monotonic", lambda: 0)
    assert clock.ChessClock(1)._now is not clock.time.monotonic


def test_k_is_bound_at_definition(monkeypatch):
    monkeypatch.setattr("rating.constants.K", 1000)
    assert elo.update("a", "b", elo.Outcome.WHITE) == (1516, 1484)


def test_private_name_is_not_exported():
    assert not hasattr(main, "_secret_word")


def test_clock_runs_between_two_presses():
    moments = iter([0.0, 30.0, 30.0])
    one = clock.ChessClock(100, now=lambda: next(moments))
    one.press()
    one.press()
    assert clock.seconds_left(one) == 70
