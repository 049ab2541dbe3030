from fastapi import FastAPI

from users import list_users

app = FastAPI()


@app.get("/users")
def users() -> list[str]:
    return list_users()
