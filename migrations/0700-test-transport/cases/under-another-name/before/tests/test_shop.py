import httpx
from httpx import ASGITransport as Transport, AsyncClient as Client
from main import app


async def test_both_names():
    async with Client(app=app) as one, httpx.AsyncClient(app=app) as two:
        assert one and two
    assert Transport


class AsyncClient:
    def __init__(self, app):
        self.app = app


def test_a_class_of_that_name_is_not_httpx():
    assert AsyncClient(app=app).app is app
