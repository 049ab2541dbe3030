from fastapi import FastAPI

from shop.presentation.routers import orders
from shop.domain.warns import OldWarning

app = FastAPI()
app.include_router(orders.router)
