"""The shop."""

import uvicorn
from fastapi import FastAPI

from shop.client import REDIS_URL
from shop.config import Settings

settings = Settings()
PORT = settings.port
TITLE = "Shop"
TOKEN_URL = "/token"

app = FastAPI(title=TITLE)


@app.get("/where")
def where():
    return {"cache": REDIS_URL, "port": PORT}


if __name__ == "__main__":
    uvicorn.run(app, host=Settings().host, port=Settings().main_port, log_level="info")
