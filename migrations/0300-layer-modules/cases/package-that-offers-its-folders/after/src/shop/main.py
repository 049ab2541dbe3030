from fastapi import FastAPI

from shop.presentation.routes import router

app = FastAPI()
app.include_router(router)
