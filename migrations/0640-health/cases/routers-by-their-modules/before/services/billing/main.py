from fastapi import FastAPI

import api.orders
from api import parcels

app = FastAPI()
app.include_router(parcels.router, prefix="/parcels")
app.include_router(api.orders.router)
