from fastapi import FastAPI
from vertice_api.health import HealthMonitor, create_health_router

app = FastAPI()
app.include_router(create_health_router(HealthMonitor({})))
