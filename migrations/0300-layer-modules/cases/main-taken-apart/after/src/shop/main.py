"""Orders of a shop."""
import logging
from contextlib import asynccontextmanager

from fastapi import FastAPI

from shop.domain.models import Clock
from shop.presentation.api import dependencies
from shop.presentation.api.v1.endpoints import router

logging.basicConfig(level=logging.WARNING)
logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app):
    dependencies.clock = Clock()
    logger.info("open")
    yield
    dependencies.clock = None


app = FastAPI(title="orders", lifespan=lifespan)

app.include_router(router)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run("shop.main:app", port=8100)
