import asyncio
import pathlib
import sys

import httpx
import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.absolute()))

import kiosk.main
from kiosk import tokens
from kiosk.middleware import ratelimit


@pytest.fixture
def headers():
    return {"Authorization": "Bearer " + tokens.make({"sub": "foyer-1"}, "please-change-me")}


@pytest.fixture
def upstream(monkeypatch):
    """Whatever is asked upstream is kept here and answered with 200."""
    asked = []

    def handle(request):
        asked.append(request)
        return httpx.Response(200, json={"from": request.url.host})

    monkeypatch.setattr(kiosk.main, "_http", httpx.AsyncClient(transport=httpx.MockTransport(handle)))
    return asked


@pytest.fixture
def client():
    ratelimit.HITS.clear()
    for breaker in kiosk.main.breakers.values():
        breaker.success()
    return TestClient(kiosk.main.app)
