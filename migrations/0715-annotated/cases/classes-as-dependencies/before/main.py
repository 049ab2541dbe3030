from fastapi import Depends, FastAPI, Query

app = FastAPI()


def user() -> str:
    return "a"


class Page:
    def __init__(self, first: int = Query(0, ge=0), size: int = Query(10)):
        self.first, self.size = first, size


class Role:
    def __init__(self, name: str):
        self.name = name

    def __call__(self, user: str = Depends(user)) -> bool:
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
    page: Page = Depends(),
    is_admin: bool = Depends(Role("admin")),
    name: str = Depends(known),
):
    return [page, is_admin, name]


app.get("/desk")(Desk().rows)
