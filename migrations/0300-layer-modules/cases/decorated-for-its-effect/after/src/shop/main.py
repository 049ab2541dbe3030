import atexit

from fastapi import FastAPI

from shop.presentation.api.v1.endpoints import router

app = FastAPI()


@atexit.register
def say_goodbye():
    print("closed")


app.include_router(router)
