import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.get("/parcels")
def parcels() -> list[str]:
    return []


if __name__ == "__main__":
    uvicorn.run("api:app", port=8010, reload=True)
