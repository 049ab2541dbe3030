from fastapi import FastAPI, HTTPException

from orders import GRANTED, create

app = FastAPI()


def demand(permission: str, role: str) -> None:
    if permission not in GRANTED.get(role, []):
        raise HTTPException(403)


@app.post("/orders")
def order(name: str, role: str) -> str:
    demand("orders.create", role)
    return create(name)
