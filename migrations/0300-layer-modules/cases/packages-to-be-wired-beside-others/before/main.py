from fastapi import FastAPI

from core.clock import now
from shelf.container import Container
from shelf.orders.routes import router

app = FastAPI()

app.container = Container()
app.include_router(router)
app.state.started = now()
