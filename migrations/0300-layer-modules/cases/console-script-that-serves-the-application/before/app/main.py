from fastapi import FastAPI

from app.routers import orders
from app.warns import OldWarning

app = FastAPI()
app.include_router(orders.router)
