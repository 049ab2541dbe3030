from fastapi import FastAPI
from vertice_api.health import HealthMonitor, create_health_router

app = FastAPI()


@app.get("/")
def root() -> dict[str, str]:
    return {}


app.include_router(create_health_router(HealthMonitor({})))
