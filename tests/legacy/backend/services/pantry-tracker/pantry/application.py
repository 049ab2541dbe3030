from importlib import import_module

from fastapi import FastAPI
from fastapi.responses import ORJSONResponse  # noqa: F401  somebody wanted it once

from pantry import __version__
from pantry.orm import Tortoise, init_beanie
from pantry.settings import DOCUMENTS, INSTALLED_VIEWS, TORTOISE_ORM


async def open_orm():
    await Tortoise.init(config=TORTOISE_ORM)
    await Tortoise.generate_schemas()
    await init_beanie(document_models=DOCUMENTS)


async def close_orm():
    await Tortoise.close_connections()


def get_app() -> FastAPI:
    app = FastAPI(title="Pantry tracker", version=__version__)
    app.add_event_handler("startup", open_orm)
    app.add_event_handler("shutdown", close_orm)

    # views register by being named in the settings
    for dotted in INSTALLED_VIEWS:
        module = import_module(dotted)
        app.include_router(module.router, prefix=getattr(module, "PREFIX", ""))

    @app.get("/health", tags=["ops"])
    async def health():
        return {"status": "healthy", "models": sorted(Tortoise.apps.get("models", {}))}

    return app
