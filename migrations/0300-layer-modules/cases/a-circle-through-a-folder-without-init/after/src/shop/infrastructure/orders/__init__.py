from fastapi import FastAPI

from shop.infrastructure.orders.endpoints import router

app = FastAPI()
app.include_router(router)
