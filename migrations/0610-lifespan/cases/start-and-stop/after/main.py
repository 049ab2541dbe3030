"""The shop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Start and stop what lives as long as the application."""
    await start()
    announce()
    try:
        yield
    finally:
        await stop()


# ---------------------------------------------------------------------------
# Application
# ---------------------------------------------------------------------------
app = FastAPI(
    title="Shop",
    version="1.0",
    lifespan=lifespan,
)
running = []


async def start():
    """Open what is needed."""
    running.append(asyncio.create_task(tick()))


def announce():
    print("ready")


async def tick():
    await asyncio.sleep(0)


async def stop():
    # nothing may be left running
    for task in running:
        task.cancel()


@app.get("/")
async def index():
    return {"ok": True}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=8000)
