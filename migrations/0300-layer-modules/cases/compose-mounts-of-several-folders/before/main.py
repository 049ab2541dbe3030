from fastapi import FastAPI

from api import cells

app = FastAPI()
app.include_router(cells.router)
