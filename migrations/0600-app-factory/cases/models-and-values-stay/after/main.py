from engine import Engine
from fastapi import Depends, FastAPI
from pydantic import BaseModel, Field

engine = Engine()
engine.limit("/", 10)


class Query(BaseModel):
    text: str = Field(min_length=1)


def current():
    return engine


async def ask(query: Query, engine=Depends(current)):
    return query


def create_app() -> FastAPI:
    """Return the application with everything that belongs to it."""
    app = FastAPI()

    app.post("/ask", response_model=Query)(ask)
    return app


app = create_app()
