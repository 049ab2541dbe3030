from fastapi import FastAPI

from shop.domain.rates import RATE

app = FastAPI(title=str(RATE))
