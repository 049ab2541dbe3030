from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from vertice_api.health import HealthMonitor, create_health_router

app = FastAPI()


@app.get("/api/items")
def items() -> list[str]:
    return []


app.include_router(create_health_router(HealthMonitor({})))
# The pages come last.
app.mount("/", StaticFiles(directory="static", html=True), name="static")
