from fastapi import FastAPI

from pages import pages

app = FastAPI()
app.include_router(pages)
