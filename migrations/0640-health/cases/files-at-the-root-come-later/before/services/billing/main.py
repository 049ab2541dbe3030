from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

app = FastAPI()


@app.get("/api/items")
def items() -> list[str]:
    return []


# The pages come last.
app.mount("/", StaticFiles(directory="static", html=True), name="static")
