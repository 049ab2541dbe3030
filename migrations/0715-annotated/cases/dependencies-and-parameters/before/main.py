from typing import List, Optional

from fastapi import Body, Cookie, Depends, FastAPI, File, Form, Header, Path, Query, Security, UploadFile
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel

app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="token")
MOST = 100


class Order(BaseModel):
    number: int


class Page:
    def __init__(self, first: int = 0):
        self.first = first


def store() -> dict:
    return {}


@app.get("/orders/{number}")
def order(number: int = Path(..., ge=1), rows: dict = Depends(store)) -> dict:
    return rows.get(number, {})


@app.get("/orders")
def orders(
    page: Page = Depends(),
    limit: int = Query(10, ge=1, le=100),  # how many
    most: int = Query(MOST),
    words: Optional[List[str]] = Query(
        None,
        description="Only orders that have all of these words in their text",
        alias="word",
    ),
    kind: str = Query(default=None, max_length=20, title="A kind of order", description="As written"),
    agent: Optional[str] = Header(None, alias="X-Agent"),
    session: str = Cookie(""),
) -> list:
    return [page, limit, most, words, kind, agent, session]


@app.post("/orders")
def place(order: Order = Body(..., embed=True), user: str = Security(scheme, scopes=["orders"])) -> Order:
    return order


def attach(note: str = Form(...), files: List[UploadFile] = File([])) -> str:
    return f"{note}: {len(files)}"


app.post("/files")(attach)
