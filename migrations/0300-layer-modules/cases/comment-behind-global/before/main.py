import httpx
from fastapi import FastAPI

app = FastAPI()
_rate: float | None = None


def rate() -> float:
    """The rate, asked for once."""
    global _rate  # noqa: PLW0603
    if _rate is None:
        _rate = float(httpx.get("http://rates/eur").text)
    return _rate


@app.get("/rate")
def show() -> float:
    return rate()


def forget() -> None:
    global _rate  # noqa: PLW0603
    _rate = None
