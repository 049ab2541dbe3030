from datetime import datetime, timezone

from fastapi import FastAPI
from vertice_api.health import HealthMonitor, create_health_router
from vertice_api.versioning import DeprecatedPathsMiddleware

app = FastAPI()
app.include_router(create_health_router(HealthMonitor({})))


@app.get("/api/v1/orders")
@app.get("/orders", deprecated=True)
def orders() -> list[int]:
    return []


app.add_middleware(DeprecatedPathsMiddleware, since=datetime(2026, 3, 1, tzinfo=timezone.utc))
