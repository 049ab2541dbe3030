import logging
import os

from fastapi import FastAPI

from shop.routes import router

app = FastAPI(title=os.getenv("TITLE", "Shop"))
# How much is said.
LEVEL = os.getenv("LOG_LEVEL", "INFO")
app.include_router(router)


def region() -> str | None:
    return os.getenv("REGION")


if __name__ == "__main__":
    import uvicorn

    logging.basicConfig(level=LEVEL)
    port = int(os.getenv("PORT", "8000"))
    uvicorn.run(app, port=port)
