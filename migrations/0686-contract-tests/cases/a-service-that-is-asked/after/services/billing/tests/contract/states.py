"""How what other services take for granted in their pacts comes about.

Each function gets the application, which is running, and the arguments of the request, for
example `{"identifier": "7"}`; it runs in the application's event loop:

    async def is_there(app: FastAPI, asked: Mapping[str, Any]) -> None:
        async with app.state.unit_of_work() as work:
            ...

    STATES = {"get_order finds what it asks for": is_there}
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI

STATES: dict[str, Callable[[FastAPI, Mapping[str, Any]], Awaitable[None]]] = {}
