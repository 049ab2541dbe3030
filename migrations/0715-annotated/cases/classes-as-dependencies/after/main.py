from typing import Annotated

from fastapi import Depends, FastAPI, Query

app = FastAPI()


def user() -> str:
    return "a"


class Page:
    def __init__(
        self,
        first: Annotated[int, Query(ge=0)] = 0,
        size: Annotated[int, Query()] = 10,
    ):
        self.first, self.size = first, size


class Role:
    def __init__(self, name: str):
        self.name = name

    def __call__(self, user: Annotated[str, Depends(user)]) -> bool:
        return user == self.name


class Known:
    def __call__(self, user: str = Depends(user)) -> str:
        return user


known = Known()


class Desk:
    def rows(self, user: str = Depends(user)) -> list:
        return [user]


@app.get("/rows")
def rows(
    page: Annotated[Page, Depends()],
    is_admin: Annotated[bool, Depends(Role("admin"))],
    name: Annotated[str, Depends(known)],
):
    return [page, is_admin, name]


app.get("/desk")(Desk().rows)
