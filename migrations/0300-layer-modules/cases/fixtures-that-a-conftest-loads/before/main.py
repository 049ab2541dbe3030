from fastapi import FastAPI
from store import users
app = FastAPI()


@app.get("/users")
def all_users():
    return users
