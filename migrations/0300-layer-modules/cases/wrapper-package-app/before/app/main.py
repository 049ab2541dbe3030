from fastapi import FastAPI

from app.api.items import router
from app.core.config import settings

app = FastAPI(title=settings)
app.include_router(router)
