from datetime import date
from typing import List, Optional

from sqlmodel import Field, Relationship, SQLModel


class SwapperBase(SQLModel):
    name: str = Field(index=True, max_length=40)
    street: Optional[str] = None


class Swapper(SwapperBase, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    offers: List['Offer'] = Relationship(back_populates='swapper')


class OfferBase(SQLModel):
    kind: str
    count: int = Field(default=1, ge=1)
    until: Optional[date] = None


class Offer(OfferBase, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    swapper_id: Optional[int] = Field(default=None, foreign_key='swapper.id')
    swapper: Optional[Swapper] = Relationship(back_populates='offers')


class OfferRead(OfferBase):
    id: int


class SwapperCreate(SwapperBase):
    pass


class SwapperRead(SwapperBase):
    id: int
    offers: List[OfferRead] = []
