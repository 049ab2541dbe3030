"""Loans of a small library, as services often begin: everything in one file."""

import logging
import os
from datetime import date, timedelta
from typing import Dict, List

import httpx
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel

logging.basicConfig(level=logging.INFO)
logger = logging.getLogger(__name__)

MEMBERS_URL = os.getenv("MEMBERS_URL", "http://members:8100")

app = FastAPI(title="Loans", version="1.0.0")

# --- what the business is about -------------------------------------------------


class Loan(BaseModel):
    book: str
    member: str
    due: date


class AlreadyLent(Exception):
    """The book is with somebody else."""


def due_date(today: date, days: int = 28) -> date:
    """Never on a Sunday: the library is closed then."""
    due = today + timedelta(days=days)
    return due + timedelta(days=1) if due.weekday() == 6 else due


# --- where things are kept, and who is asked -------------------------------------

loans_db: Dict[str, Loan] = {}
served = 0


class Members:
    """The service that knows who may borrow."""

    async def is_known(self, member: str) -> bool:
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"{MEMBERS_URL}/members/{member}")
        return answer.status_code == 200


class Desk:
    """Lends books."""

    def __init__(self, members: Members):
        self.members = members

    async def lend(self, book: str, member: str) -> Loan:
        if book in loans_db:
            raise AlreadyLent(book)
        if not await self.members.is_known(member):
            raise KeyError(member)
        loan = Loan(book=book, member=member, due=due_date(date.today()))
        loans_db[book] = loan
        logger.info("lent %s to %s", book, member)
        return loan


def get_desk() -> Desk:
    return Desk(Members())


# --- how the service is reached ---------------------------------------------------


class LendRequest(BaseModel):
    book: str
    member: str


@app.get("/health")
async def health():
    return {"status": "ok", "served": served}


@app.post("/loans", response_model=Loan)
async def lend(request: LendRequest, desk: Desk = Depends(get_desk)):
    global served
    served += 1
    try:
        return await desk.lend(request.book, request.member)
    except AlreadyLent:
        raise HTTPException(409, "already lent")
    except KeyError:
        raise HTTPException(404, "no such member")


@app.get("/loans", response_model=List[Loan])
async def list_loans():
    return list(loans_db.values())
