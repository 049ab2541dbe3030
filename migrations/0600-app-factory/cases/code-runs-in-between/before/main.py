from fastapi import FastAPI
from tracing import instrument

from engine import Engine

app = FastAPI()
instrument(app)
engine = Engine()


@app.get("/")
def index():
    return engine.state
