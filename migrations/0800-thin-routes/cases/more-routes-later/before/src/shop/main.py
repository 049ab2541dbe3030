from fastapi import FastAPI

from shop.presentation.errors import answer_domain_errors
from shop.presentation.routes import router


def create_app() -> FastAPI:
    app = FastAPI()
    app.include_router(router)
    answer_domain_errors(app)
    return app


app = create_app()
