from fastapi import FastAPI

from shop.presentation.api import cells

app = FastAPI()
app.include_router(cells.router)
