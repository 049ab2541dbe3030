"""Work in the background."""

from __future__ import annotations

import asyncio


class Worker:
    async def run(self):
        while True:
            try:
                await self.step()
            except (asyncio.TimeoutError, Exception):
                continue

    async def step(self):
        await asyncio.sleep(1)
