from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()


def user(name: str = "a") -> str:
    return name


def known(user: Annotated[str, Depends(user)]) -> str:
    return user


anybody = known


def of_role(role: str):
    def checked(user: Annotated[str, Depends(user)]) -> str:
        if user != role:
            raise HTTPException(403)
        return user

    return checked


admin = of_role("admin")


def stored(role: str):
    def kept(user: str = Depends(user)) -> str:
        return user

    return kept


CHECKS = [stored("admin")]


@app.get("/rows", dependencies=[Depends(of_role("reader"))])
def rows(by: Annotated[str, Depends(anybody)], admin: Annotated[str, Depends(admin)]):
    return [by, admin]


@app.post(
    "/rows",
)
def add(
    kind: str = "a longer text than before",
    *,
    by: Annotated[str, Depends(anybody)],
    admin: Annotated[str, Depends(admin)],
):
    return [kind, by, admin]
