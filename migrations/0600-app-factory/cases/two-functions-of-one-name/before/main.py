from fastapi import FastAPI

app = FastAPI()


@app.get("/a")
def read():
    return "a"


@app.get("/b")
def read():
    return "b"
