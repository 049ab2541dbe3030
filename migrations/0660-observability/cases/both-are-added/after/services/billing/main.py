from fastapi import FastAPI
from vertice_api.metrics import expose_metrics
from vertice_api.traces import send_traces


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI(title="Billing")
    app.get("/items")(items)
    expose_metrics(app)
    send_traces(app, service="billing", version="1.2.0")
    return app


def items() -> list[str]:
    return []


app = create_app()
