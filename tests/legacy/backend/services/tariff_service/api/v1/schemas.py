from pydantic import BaseModel


class Quote(BaseModel):
    rate: str
    minutes: float


class QuoteOut(BaseModel):
    rate: str
    cents: int
    text: str
