import uvicorn

from .main import get_app


def serve() -> None:
    factory = get_app
    uvicorn.run(factory, factory=True, port=8000)
