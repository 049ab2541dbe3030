from engine import Engine
from fastapi import Depends, FastAPI
from pydantic import BaseModel, Field

app = FastAPI()
engine = Engine()
engine.limit("/", 10)


class Query(BaseModel):
    text: str = Field(min_length=1)


def current():
    return engine


@app.post("/ask", response_model=Query)
async def ask(query: Query, engine=Depends(current)):
    return query
