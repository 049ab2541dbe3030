from fastapi import FastAPI

from orders.endpoints import router

app = FastAPI()
app.include_router(router)
