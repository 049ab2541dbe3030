from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from vertice_api.middleware import CorrelationIdMiddleware

app = FastAPI()


@app.get("/", response_class=HTMLResponse)
def page() -> str:
    return "<p>Billing</p>"


app.add_middleware(CorrelationIdMiddleware)
