from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse


async def failed(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"failed": True}, status_code=500)


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI()
    app.exception_handler(Exception)(failed)
    return app


app = create_app()
