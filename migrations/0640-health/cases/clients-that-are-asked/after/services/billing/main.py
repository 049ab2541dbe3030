from fastapi import FastAPI
from vertice_api.health import HealthMonitor, check_engine, check_ping, create_health_router

from store import cache as kept, engine
from store import rows

app = FastAPI(title="Billing")
app.get("/rows")(rows)
app.get("/kept")(lambda: str(kept))
app.include_router(create_health_router(HealthMonitor({"database": check_engine(engine), "cache": check_ping(kept)})))
