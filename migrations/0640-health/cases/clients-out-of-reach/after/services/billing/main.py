from fastapi import FastAPI
from vertice_api.health import HealthMonitor, create_health_router

from routes import router

app = FastAPI(title="Billing")
app.include_router(router)
app.include_router(create_health_router(HealthMonitor({})))
