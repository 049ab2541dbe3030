from shop.presentation.auth import router
from shop.config import NAME
from fastapi import FastAPI

app = FastAPI(title=NAME)
app.include_router(router)
