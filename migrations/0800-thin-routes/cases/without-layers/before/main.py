from fastapi import FastAPI

app = FastAPI()


@app.get("/half")
async def half(number: int):
    number -= number % 2
    return number // 2
