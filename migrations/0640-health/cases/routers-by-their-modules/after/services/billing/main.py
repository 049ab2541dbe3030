from fastapi import FastAPI
from vertice_api.health import HealthMonitor, create_health_router

import api.orders
from api import parcels

app = FastAPI()
app.include_router(parcels.router, prefix="/parcels")
app.include_router(api.orders.router)
app.include_router(create_health_router(HealthMonitor({})))
