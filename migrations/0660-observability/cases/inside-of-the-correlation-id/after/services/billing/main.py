from fastapi import FastAPI
from vertice_api.metrics import expose_metrics
from vertice_api.middleware import CorrelationIdMiddleware
from vertice_api.traces import send_traces

app = FastAPI()
expose_metrics(app)
send_traces(app, service="billing", version="1.2.0")
# The outermost.
app.add_middleware(CorrelationIdMiddleware)
