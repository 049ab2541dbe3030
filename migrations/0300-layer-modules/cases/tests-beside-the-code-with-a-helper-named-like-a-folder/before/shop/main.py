from fastapi import FastAPI

from shop.auth.rules import is_long

app = FastAPI()


@app.get("/long/{password}")
def long(password: str) -> bool:
    return is_long(password)
