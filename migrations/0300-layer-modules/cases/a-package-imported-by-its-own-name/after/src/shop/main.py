import shop
from fastapi import FastAPI

app = FastAPI(version=shop.__version__)
