"""Orders of a shop."""
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Dict, Optional

from fastapi import FastAPI, HTTPException

logging.basicConfig(level=logging.WARNING)
logger = logging.getLogger(__name__)

# ---- what the shop knows ----


class State(str, Enum):
    OPEN = "open"
    PAID = "paid"


@dataclass
class Order:
    """One order."""

    number: int
    cents: int
    state: State = State.OPEN


class UnknownOrder(Exception):
    pass


# Kept here until there is a database.
orders: Dict[int, Order] = {}

clock: Optional["Clock"] = None
counter = 0


class Clock:
    def now(self) -> str:
        return "noon"


def with_tax(cents: int) -> int:
    return cents * 119 // 100  # rounded down


def next_number() -> int:
    global counter
    counter += 1
    return counter


@asynccontextmanager
async def lifespan(app):
    global clock
    clock = Clock()
    logger.info("open")
    yield
    clock = None


app = FastAPI(title="orders", lifespan=lifespan)


# ---- routes ----


@app.get("/orders")
async def list_orders():
    return [order.number for order in orders.values()]


@app.post("/orders")
async def add_order(cents: int):
    order = Order(next_number(), with_tax(cents))
    orders[order.number] = order
    logger.info("order %s at %s", order.number, clock)
    return {"number": order.number, "cents": order.cents, "clock": clock.now() if clock else None}


@app.get("/orders/{number}")
async def one_order(number: int):
    if number not in orders:
        raise HTTPException(404)
    return orders[number].state.value


if __name__ == "__main__":
    import uvicorn

    uvicorn.run("main:app", port=8100)
