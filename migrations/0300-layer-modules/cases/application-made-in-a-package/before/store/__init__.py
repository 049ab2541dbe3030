from broadcaster import Broadcast
from fastapi import FastAPI

broadcast = Broadcast("memory://")


def create_app() -> FastAPI:
    app = FastAPI()
    from store.orders.views import router

    app.include_router(router)
    return app
