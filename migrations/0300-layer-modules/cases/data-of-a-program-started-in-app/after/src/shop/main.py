"""Serves pages."""
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from shop.domain.texts.titles import TITLE
from shop.presentation.views import pages

app = FastAPI(title=TITLE)
app.include_router(pages.router)
app.mount("/static", StaticFiles(directory="texts/pages"), name="static")
