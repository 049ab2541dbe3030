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

import main
from main import Order, State, add_order, app, orders


async def day():
    print(await add_order(100))
    async with app.lifespan(app):
        print(await add_order(200))
        print(main.clock.now())
    print(main.clock, main.counter)


asyncio.run(day())
print(app.found)
print(sorted(orders), main.orders is orders, orders[1].state is State.OPEN)
with patch("main.next_number", return_value=9), patch.object(main, "counter", 5):
    print(asyncio.run(add_order(1)), main.counter)
main.orders.clear()
print(asyncio.run(main.list_orders()), Order(1, 2))
