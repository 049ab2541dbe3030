import uvicorn


def run() -> None:
    """Entry point of the console script."""
    uvicorn.run("app.main:app", host="127.0.0.1", port=8106)
