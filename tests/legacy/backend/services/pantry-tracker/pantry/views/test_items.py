from unittest.mock import AsyncMock, patch

import pytest
from fastapi.testclient import TestClient

from pantry.asgi import application


@pytest.fixture
def client():
    with TestClient(application) as running:
        running.post("/shelves", params={"name": "top", "limit": 2})
        yield running


def put(client, **values):
    return client.post("/items", json={"name": "bread", "shelf": 1, **values})


def test_items_lie_on_shelves(client):
    assert put(client).json() == {"id": 1}
    assert client.get("/shelves/1").json() == {"id": 1, "name": "top", "limit": 2, "items": ["bread"]}
    assert client.get("/shelves/9").status_code == 404
    assert put(client, shelf=9).status_code == 404


def test_full_shelf(client):
    assert [put(client).status_code for _ in range(3)] == [201, 201, 409]


def test_donations_are_documents(client):
    put(client, giver="Finch")
    assert client.get("/donations").json() == [{"giver": "Finch", "item": 1}]


def test_jobs_run_by_name(client):
    put(client, amount=3)
    put(client, best_before="2020-01-01")
    assert client.post("/tick/60").json() == {"expire-every-minute": 1}
    assert client.post("/tick/86400").json() == {"expire-every-minute": 0, "count-at-night": 3}
    assert client.post("/tick/59").json() == {}


def test_runner_is_looked_up_in_the_view(client):
    with patch("pantry.views.items.run_due", AsyncMock(return_value={"x": 1})):
        assert client.post("/tick/1").json() == {"x": 1}


def test_job_is_found_by_its_name_even_when_patched(client):
    with patch("pantry.jobs.expire", AsyncMock(return_value=77)):
        assert client.post("/tick/60").json() == {"expire-every-minute": 77}
