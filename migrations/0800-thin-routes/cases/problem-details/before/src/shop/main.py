from fastapi import FastAPI
from vertice_api.problems import install_problem_details

from shop.presentation.routes import router

app = FastAPI()
install_problem_details(app)
app.include_router(router)
