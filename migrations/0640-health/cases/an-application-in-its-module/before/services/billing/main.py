"""Billing."""

import uvicorn
from fastapi import FastAPI

from routes import router

app = FastAPI(title="Billing")
app.include_router(router, prefix="/invoices")


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "healthy"}


if __name__ == "__main__":
    uvicorn.run(app, port=8000)
