from fastapi import FastAPI


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI(title="Billing")
    app.get("/items")(items)
    return app


def items() -> list[str]:
    return []


app = create_app()
