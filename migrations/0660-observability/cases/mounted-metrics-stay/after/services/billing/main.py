from fastapi import FastAPI
from prometheus_client import make_asgi_app
from vertice_api.traces import send_traces

app = FastAPI()
app.mount("/metrics", make_asgi_app())
send_traces(app, service="billing", version="1.2.0")
