from fastapi import FastAPI

app = FastAPI()


@app.get("/orders")
def orders() -> list[int]:
    return []


@app.get("/{path:path}")
def page(path: str) -> str:
    return path
