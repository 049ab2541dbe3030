"""The shop."""

from functools import lru_cache

from fastapi import Depends, FastAPI

from shop.infrastructure import clients
from shop.infrastructure.clients import cached, get_handed, kept, stored

app = FastAPI()
_registry: dict = {}


class Repo:
    def __init__(self, client=None) -> None:
        self.client = client or kept
        self.kept = kept


@lru_cache
def get_repo() -> Repo:
    return Repo(cached)


@app.get("/")
async def root(handed=Depends(get_handed)):
    from shop.infrastructure.lazy import late

    _registry.setdefault("c", stored)
    await clients.named.get("/")
    await clients.coded.get("/")
    await getattr(clients, "asked").get("/")
    await clients.changed.get("/")
    await clients.outer.models.list()
    await handed.get("/")
    return await Repo().client.get("/"), late
