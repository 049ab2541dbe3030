from fastapi import FastAPI

app = FastAPI()

try:
    from prometheus_fastapi_instrumentator import Instrumentator

    Instrumentator().instrument(app)
except ImportError:
    pass


@app.get("/")
def index():
    return 1
