"""Serves pages."""
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from texts.titles import TITLE
from views import pages

app = FastAPI(title=TITLE)
app.include_router(pages.router)
app.mount("/static", StaticFiles(directory="texts/pages"), name="static")
