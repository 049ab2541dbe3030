from fastapi import FastAPI

from shop.domain.core.clock import now
from shop.infrastructure.shelf.container import Container
from shop.presentation.shelf.orders.routes import router

app = FastAPI()

app.container = Container()
app.include_router(router)
app.state.started = now()
