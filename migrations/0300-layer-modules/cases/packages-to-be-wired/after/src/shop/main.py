from fastapi import FastAPI

from shop.infrastructure.container import Container
from shop.presentation.orders.routes import router

app = FastAPI()
app.container = Container()
app.include_router(router)
