"""The shop."""

import asyncio

import uvicorn
from fastapi import FastAPI

# ---------------------------------------------------------------------------
# Application
# ---------------------------------------------------------------------------
app = FastAPI(
    title="Shop",
    version="1.0",
)
running = []


@app.on_event("startup")
async def start():
    """Open what is needed."""
    running.append(asyncio.create_task(tick()))


@app.on_event("startup")
def announce():
    print("ready")


async def tick():
    await asyncio.sleep(0)


@app.on_event("shutdown")
async def stop():
    # nothing may be left running
    for task in running:
        task.cancel()


@app.get("/")
async def index():
    return {"ok": True}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=8000)
