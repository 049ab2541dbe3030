from fastapi import FastAPI
from vertice_api.middleware import CorrelationIdMiddleware

app = FastAPI()
# The outermost.
app.add_middleware(CorrelationIdMiddleware)
