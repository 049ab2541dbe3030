"""Unit tests for Loan Desk Service."""

# Import the FastAPI app
import sys
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
import pytest_asyncio
from httpx import AsyncClient

sys.path.insert(0, "/home/dev/atelier/backend/services/loan_desk_service")
from main import app, audit_trail, directory, loans_db, queue
from models import Loan, LoanState

# ==================== FIXTURES ====================


@pytest_asyncio.fixture
async def client():
    async with AsyncClient(app=app, base_url="http://test") as ac:
        loans_db.clear()
        audit_trail.clear()
        queue.clear()
        directory.clear()
        yield ac


BOOK = {"member_id": "m-1", "isbn": "9780000000017"}


@pytest.mark.asyncio
class TestHealth:
    async def test_health_and_its_twin_say_the_same(self, client):
        first = await client.get("/health")
        second = await client.get("/healthz")
        assert first.status_code == 200
        assert first.json() == second.json()
        assert first.json()["status"] == "healthy"


@pytest.mark.asyncio
class TestLoans:
    async def test_borrow_stores_the_loan_in_the_module_store(self, client):
        response = await client.post("/loans", json=BOOK)
        assert response.status_code == 201
        assert list(loans_db) == [response.json()["loan_id"]]
        assert isinstance(next(iter(loans_db.values())), Loan)

    async def test_unknown_member_is_404(self, client):
        response = await client.post("/loans", json={**BOOK, "member_id": "m-9"})
        assert response.status_code == 404
        assert "m-9" in response.json()["detail"]

    async def test_short_isbn_is_422(self, client):
        assert (await client.post("/loans", json={**BOOK, "isbn": "12"})).status_code == 422

    async def test_limit(self, client):
        for _ in range(3):
            assert (await client.post("/loans", json=BOOK)).status_code == 201
        assert (await client.post("/loans", json=BOOK)).status_code == 409

    async def test_limit_can_be_patched(self, client):
        with patch("main.MAX_LOANS", 1):
            assert (await client.post("/loans", json=BOOK)).status_code == 201
            assert (await client.post("/loans", json=BOOK)).status_code == 409

    async def test_late_return_costs_a_fine(self, client):
        loan = (await client.post("/loans", json=BOOK)).json()
        late = datetime.now() + timedelta(days=31, hours=1)
        with patch("main.datetime") as clock:
            clock.now.return_value = late
            response = await client.post(f"/loans/{loan['loan_id']}/return")
        assert response.json()["fine"] == 2.0
        assert loans_db[loan["loan_id"]].state is LoanState.RETURNED

    async def test_return_uses_the_calculator_of_main(self, client):
        loan = (await client.post("/loans", json=BOOK)).json()
        with patch("main.calculator") as calculator, patch("main.round_fine", lambda amount: amount + 1):
            calculator.fine_for.return_value = 4.0
            response = await client.post(f"/loans/{loan['loan_id']}/return")
        assert response.json()["fine"] == 5.0

    async def test_unknown_loan(self, client):
        assert (await client.post("/loans/none/return")).status_code == 404

    async def test_list_by_member(self, client):
        await client.post("/loans", json=BOOK)
        await client.post("/loans", json={**BOOK, "member_id": "m-2"})
        assert (await client.get("/loans")).json()["count"] == 2
        assert (await client.get("/loans", params={"member_id": "m-2"})).json()["count"] == 1


@pytest.mark.asyncio
async def test_reservation_is_served_on_return(client):
    loan = (await client.post("/loans", json=BOOK)).json()
    response = await client.post("/reservations", json={"isbn": BOOK["isbn"], "member_id": "m-3"})
    assert response.json() == {"isbn": BOOK["isbn"], "position": 1}
    assert (await client.post(f"/loans/{loan['loan_id']}/return")).json()["next_in_queue"] == "m-3"


@pytest.mark.asyncio
async def test_audit_trail_keeps_order(client):
    await client.post("/loans", json=BOOK)
    await client.post("/reservations", json={"isbn": BOOK["isbn"], "member_id": "m-3"})
    assert [line["event"] for line in (await client.get("/audit")).json()] == ["borrowed", "reserved"]


def test_api_is_the_same_app():
    import api
    import main

    assert api.app is main.app


def test_fines_module_alone():
    from fines import FineCalculator, round_fine

    due = datetime(2024, 1, 1)
    assert FineCalculator(per_day=1, cap=5).fine_for(due, datetime(2024, 3, 1)) == 5
    assert FineCalculator(per_day=1, cap=5).fine_for(due, datetime(2024, 1, 2)) == 0.0
    assert round_fine(0.77) == 0.75


def test_startup_loads_the_directory(capsys):
    from fastapi.testclient import TestClient

    directory.clear()
    with TestClient(app):
        assert directory._members["m-3"].kind == "staff"
    assert "shut down" in capsys.readouterr().out
