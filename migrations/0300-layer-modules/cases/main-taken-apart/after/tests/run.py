import asyncio
import sys
import types
from unittest.mock import patch


class Routes:
    def __init__(self, lifespan=None, **options):
        self.found, self.lifespan = [], lifespan

    def add(self, method, path):
        return lambda function: self.found.append((method, path, function.__name__)) or function

    def get(self, path):
        return self.add("GET", path)

    def post(self, path):
        return self.add("POST", path)

    def include_router(self, router):
        self.found.extend(router.found)


fastapi = types.ModuleType("fastapi")
fastapi.FastAPI = fastapi.APIRouter = Routes
fastapi.HTTPException = type("HTTPException", (Exception,), {})
sys.modules["fastapi"] = fastapi

from shop.domain import models
from shop.infrastructure.database import repositories
from shop.presentation.api import dependencies
from shop.presentation.api.v1 import endpoints
from shop.domain.models import Order, State
from shop.presentation.api.v1.endpoints import add_order
from shop.main import app
from shop.infrastructure.database.repositories import orders


async def day():
    print(await add_order(100))
    async with app.lifespan(app):
        print(await add_order(200))
        print(dependencies.clock.now())
    print(dependencies.clock, models.counter)


asyncio.run(day())
print(app.found)
print(sorted(orders), repositories.orders is orders, orders[1].state is State.OPEN)
with patch("shop.domain.services.next_number", return_value=9), patch.object(models, "counter", 5):
    print(asyncio.run(add_order(1)), models.counter)
repositories.orders.clear()
print(asyncio.run(endpoints.list_orders()), Order(1, 2))
