from fastapi import FastAPI

from shop.presentation.api.items import router
from shop.config import settings

app = FastAPI(title=settings)
app.include_router(router)
