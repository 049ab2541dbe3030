from fastapi import FastAPI

from store import books

app = FastAPI()


@app.get("/books")
def all_books() -> list[str]:
    return books()
