"""Work in the background."""

from __future__ import annotations

import asyncio
import logging


class Worker:
    async def run(self):
        while True:
            try:
                await self.step()
            except (asyncio.TimeoutError, Exception):
                logging.getLogger(__name__).warning("ignored an exception in Worker.run", exc_info=True)
                continue

    async def step(self):
        await asyncio.sleep(1)
