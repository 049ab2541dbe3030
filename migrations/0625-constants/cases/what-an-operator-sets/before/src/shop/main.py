"""The shop."""

import uvicorn
from fastapi import FastAPI

from shop.client import REDIS_URL

PORT = 8000
TITLE = "Shop"
TOKEN_URL = "/token"

app = FastAPI(title=TITLE)


@app.get("/where")
def where():
    return {"cache": REDIS_URL, "port": PORT}


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=8001, log_level="info")
