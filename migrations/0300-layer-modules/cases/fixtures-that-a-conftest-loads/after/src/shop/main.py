from fastapi import FastAPI

from shop.presentation.api.v1.endpoints import router
app = FastAPI()

app.include_router(router)
