from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.core.config import settings
from app.core.errors import install_handlers
from app.db import create_tables
from app.routers import health, ingredients, recipes


@asynccontextmanager
async def lifespan(app: FastAPI):
    await create_tables()
    yield


def create_application() -> FastAPI:
    application = FastAPI(title=settings.PROJECT_NAME, lifespan=lifespan, openapi_url=f"{settings.API_PREFIX}/openapi.json")
    application.include_router(health.router)
    application.include_router(recipes.router, prefix=settings.API_PREFIX)
    application.include_router(ingredients.router, prefix=settings.API_PREFIX)
    install_handlers(application)
    return application


app = create_application()
