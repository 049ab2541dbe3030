"""Billing."""

import uvicorn
from fastapi import FastAPI
from vertice_api.health import HealthMonitor, create_health_router

from routes import router

app = FastAPI(title="Billing")
app.include_router(router, prefix="/invoices")


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "healthy"}


app.include_router(create_health_router(HealthMonitor({})))


if __name__ == "__main__":
    uvicorn.run(app, port=8000)
