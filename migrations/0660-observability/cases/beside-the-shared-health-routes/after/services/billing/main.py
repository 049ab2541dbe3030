from fastapi import FastAPI
from vertice_api.health import HealthMonitor, create_health_router
from vertice_api.metrics import expose_metrics
from vertice_api.traces import send_traces

app = FastAPI()
app.include_router(create_health_router(HealthMonitor({})))
expose_metrics(app)
send_traces(app, service="billing", version="1.2.0")
