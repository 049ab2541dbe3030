from fastapi import FastAPI


def create_app() -> FastAPI:
    app = FastAPI()
    app.state.ready = True
    return app


app = create_app()
