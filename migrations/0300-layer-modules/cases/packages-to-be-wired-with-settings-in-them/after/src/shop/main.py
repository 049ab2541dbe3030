from fastapi import FastAPI

from shop.infrastructure.adapters import Container
from shop.presentation.api.v1.endpoints import router

app = FastAPI()
container = Container()

app.include_router(router)
