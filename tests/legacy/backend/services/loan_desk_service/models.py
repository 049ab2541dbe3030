from datetime import datetime
from enum import Enum

from pydantic import BaseModel


class LoanState(str, Enum):
    OPEN = "open"
    RETURNED = "returned"
    LOST = "lost"


class Loan(BaseModel):
    loan_id: str
    member_id: str
    isbn: str
    due: datetime
    state: LoanState = LoanState.OPEN


class Reservation(BaseModel):
    isbn: str
    member_id: str


class Member(BaseModel):
    member_id: str
    name: str
    kind: str = "adult"
