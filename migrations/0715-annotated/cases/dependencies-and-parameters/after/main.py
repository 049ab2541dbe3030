from typing import Annotated, List, Optional

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
def order(
    number: Annotated[int, Path(ge=1)],
    rows: Annotated[dict, Depends(store)],
) -> dict:
    return rows.get(number, {})


@app.get("/orders")
def orders(
    page: Annotated[Page, Depends()],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,  # how many
    most: Annotated[int, Query()] = MOST,
    words: Annotated[
        Optional[List[str]],
        Query(
            description="Only orders that have all of these words in their text",
            alias="word",
        ),
    ] = None,
    kind: Annotated[
        str, Query(max_length=20, title="A kind of order", description="As written")
    ] = None,
    agent: Annotated[Optional[str], Header(alias="X-Agent")] = None,
    session: Annotated[str, Cookie()] = "",
) -> list:
    return [page, limit, most, words, kind, agent, session]


@app.post("/orders")
def place(
    order: Annotated[Order, Body(embed=True)],
    user: Annotated[str, Security(scheme, scopes=["orders"])],
) -> Order:
    return order


def attach(
    note: Annotated[str, Form()],
    files: Annotated[List[UploadFile], File()] = [],
) -> str:
    return f"{note}: {len(files)}"


app.post("/files")(attach)
