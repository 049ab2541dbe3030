from datetime import datetime, timezone

from fastapi import FastAPI
from vertice_api.versioning import DeprecatedPathsMiddleware

app = FastAPI(title="Billing")


@app.get("/api/v1/orders/{number}")
@app.get("/orders/{number}", deprecated=True)
def order(number: int) -> int:
    return number


app.add_middleware(DeprecatedPathsMiddleware, since=datetime(2026, 3, 1, tzinfo=timezone.utc))
