from fastapi import FastAPI

from orders import router as orders

app = FastAPI(title="Shop")
app.include_router(orders, prefix="/orders", tags=["orders"], deprecated=True)
app.include_router(orders, prefix="/api/v1/orders", tags=["orders"])


@app.get("/")
def root() -> dict[str, str]:
    return {}


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "healthy"}


# What is sold.
@app.get(
    "/api/v1/items/{item}",
    tags=["items"],
)
@app.get(
    "/items/{item}",
    tags=["items"],
    deprecated=True,
)
def item(item: int) -> int:
    return item


@app.websocket("/live")
async def live(socket) -> None:
    await socket.accept()


@app.websocket("/api/v1/prices")
@app.websocket("/prices")
async def prices(socket) -> None:
    await socket.accept()
