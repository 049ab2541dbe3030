from typing import Annotated, Optional, Union

from fastapi import Depends, FastAPI, Query
from pydantic import PositiveInt

app = FastAPI()
Number = Annotated[int, Query(ge=3)]


def store():
    return {}


@app.get("/rows")
def rows(
    first: PositiveInt = Query(1),
    second: Number = 2,
    third: Annotated[Optional[PositiveInt], Query()] = None,
    fourth: Union[PositiveInt] = Query(1),
    fifth: Annotated[int, "a remark"] = Query(1),
    sixth=Query(1),
    seventh: "int" = Query(1),
    eighth: Annotated[int | None, Query()] = None,
):
    return [first, second, third, fourth, fifth, sixth, seventh, eighth]
