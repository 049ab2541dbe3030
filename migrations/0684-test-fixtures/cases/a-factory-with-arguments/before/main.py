from fastapi import FastAPI


def create_app(title: str) -> FastAPI:
    app = FastAPI(title=title)
    return app
