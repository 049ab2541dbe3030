from fastapi import FastAPI

app = FastAPI()

import views

app.include_router(views.router)
