from auth import router
from config import NAME
from fastapi import FastAPI

app = FastAPI(title=NAME)
app.include_router(router)
