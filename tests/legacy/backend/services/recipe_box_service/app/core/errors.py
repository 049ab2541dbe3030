from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse


class DomainError(Exception):
    status = 400

    def __init__(self, message: str) -> None:
        self.message = message


class NotFound(DomainError):
    status = 404


class Conflict(DomainError):
    status = 409


async def handle(request: Request, exc: DomainError) -> JSONResponse:
    return JSONResponse({"code": type(exc).__name__, "message": exc.message}, status_code=exc.status)


def install_handlers(application: FastAPI) -> None:
    application.add_exception_handler(DomainError, handle)
