from fastapi import FastAPI


async def start():
    print("up")


def stop():
    print("down")


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI(
        title="Shop",
    )

    app.on_event("startup")(start)
    app.on_event("shutdown")(stop)
    app.get("/")(index)
    return app


async def index():
    return {}


app = create_app()
