"""The shop."""

import os

import httpx
import requests
from fastapi import FastAPI
from sqlalchemy import create_engine

from shop.infrastructure.bank import Bank

engine = create_engine("postgresql://db/shop")
told = httpx.Client(base_url=os.getenv("RATES", "http://rates"))
patched = httpx.Client()
session = requests.Session()
bank = Bank()
app = FastAPI()
with engine.connect() as connection:
    connection.close()


@app.get("/")
def root():
    global session
    session = requests.Session()
    told.get("/")
    patched.get("http://x")
    return bank.ask()
