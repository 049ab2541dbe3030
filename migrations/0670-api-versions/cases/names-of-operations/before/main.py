from fastapi import FastAPI

app = FastAPI()


@app.get("/orders", operation_id="orders")
def orders() -> list[int]:
    return []
