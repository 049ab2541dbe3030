import logging

from fastapi import FastAPI

from shop.config import Settings
from shop.routes import router

settings = Settings()
app = FastAPI(title=settings.title)
# How much is said.
LEVEL = settings.log_level
app.include_router(router)


def region() -> str | None:
    return Settings().region


if __name__ == "__main__":
    import uvicorn

    logging.basicConfig(level=LEVEL)
    port = int(settings.port)
    uvicorn.run(app, port=port)
