from fastapi import FastAPI


def get_app() -> FastAPI:
    app = FastAPI()

    @app.get("/orders")
    def orders() -> list[str]:
        return []

    return app
