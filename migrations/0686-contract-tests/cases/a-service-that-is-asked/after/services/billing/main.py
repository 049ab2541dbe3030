from fastapi import FastAPI

app = FastAPI()


@app.get("/bills/{number}")
def get_bill(number: int) -> dict[str, bool]:
    return {"paid": True}
