from fastapi import Depends, FastAPI


def known(token: str) -> None:
    """Turn strangers away."""


app = FastAPI(dependencies=[Depends(known)])
