from fastapi import FastAPI

app = FastAPI(title="Billing")


@app.get("/orders/{number}")
def order(number: int) -> int:
    return number
