from fastapi import FastAPI

from ..rules import is_open
from .tickets import router

app = FastAPI()
app.include_router(router)


def notify(ticket: str) -> str:
    return f"{ticket} is {'open' if is_open(ticket) else 'closed'}"
