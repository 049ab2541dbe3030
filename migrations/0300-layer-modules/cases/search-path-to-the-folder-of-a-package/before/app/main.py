from fastapi import FastAPI

from app.rates import RATE

app = FastAPI(title=str(RATE))
