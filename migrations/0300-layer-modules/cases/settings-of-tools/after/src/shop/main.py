"""Parcels."""
from fastapi import FastAPI

from shop.presentation.api.v1.endpoints import router

app = FastAPI(title="Parcels")

app.include_router(router)
