"""Loan Desk Service - Main Application Entry Point.

Everything a member does at the desk goes through here: borrowing, returning,
reserving, paying fines. State lives in memory for now.
"""

import logging
import os
import uuid
from datetime import datetime, timedelta
from typing import Any, Dict, List, Optional

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel, Field

from fines import FineCalculator, round_fine
from members import MemberDirectory, MemberNotFound
from models import Loan, LoanState, Reservation
from reservations import ReservationQueue

logging.basicConfig(level=logging.INFO)
logger = logging.getLogger(__name__)

SERVICE_PORT = int(os.getenv("LOAN_DESK_PORT", "8000"))
MAX_LOANS = 3
LOAN_DAYS = 21

app = FastAPI(title="Loan Desk Service", version="1.4.0")

app.add_middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
)

# ---------------------------------------------------------------------------
# In-memory storage. A database will replace it one day.
# ---------------------------------------------------------------------------
loans_db: Dict[str, Loan] = {}
audit_trail: List[Dict[str, Any]] = []
queue = ReservationQueue()
directory = MemberDirectory()
calculator = FineCalculator(per_day=0.25, cap=12.0)


# ---------------------------------------------------------------------------
# Request models
# ---------------------------------------------------------------------------
class BorrowRequest(BaseModel):
    """Request model for borrowing a book.

    Attributes:
        member_id (str): Who borrows.
        isbn (str): What is borrowed.
    """

    member_id: str
    isbn: str = Field(min_length=10, max_length=13)
    days: int = LOAN_DAYS


class ReturnResponse(BaseModel):
    loan_id: str
    fine: float
    next_in_queue: Optional[str] = None


def record(event: str, **details: Any) -> None:
    """Append one line to the audit trail (newest last)."""
    audit_trail.append({"event": event, "at": datetime.now().isoformat(), **details})


def open_loans_of(member_id: str) -> List[Loan]:
    # returned loans stay in the dictionary for the statistics page
    return [loan for loan in loans_db.values() if loan.member_id == member_id and loan.state == LoanState.OPEN]


def get_directory() -> MemberDirectory:
    return directory


@app.on_event("startup")
async def startup_event():
    """Loads the member directory."""
    print("📚 Starting Loan Desk Service...")
    directory.load_defaults()
    print("✅ Loan Desk Service started.")


@app.on_event("shutdown")
async def shutdown_event():
    print("🛑 Loan Desk Service shut down.")


@app.get("/health")
async def health_check() -> Dict[str, str]:
    return {"status": "healthy", "message": "Loan Desk Service is operational."}


# someone monitors the short path, someone the long one
@app.get("/healthz", include_in_schema=False)
async def healthz():
    return {"status": "healthy", "message": "Loan Desk Service is operational."}


@app.post("/loans", response_model=Loan, status_code=201)
async def borrow(request: BorrowRequest, members: MemberDirectory = Depends(get_directory)) -> Loan:
    """Lends one book."""
    try:
        member = members.get(request.member_id)
    except MemberNotFound as exc:
        raise HTTPException(status_code=404, detail=str(exc))
    if len(open_loans_of(member.member_id)) >= MAX_LOANS:
        raise HTTPException(status_code=409, detail="loan limit reached")
    loan = Loan(
        loan_id=str(uuid.uuid4()),
        member_id=member.member_id,
        isbn=request.isbn,
        due=datetime.now() + timedelta(days=request.days),
    )
    loans_db[loan.loan_id] = loan
    record("borrowed", loan_id=loan.loan_id)
    return loan


@app.post("/loans/{loan_id}/return", response_model=ReturnResponse)
async def give_back(loan_id: str) -> Dict[str, Any]:
    loan = loans_db.get(loan_id)
    if loan is None:
        raise HTTPException(status_code=404, detail="no such loan")
    loan.state = LoanState.RETURNED
    fine = round_fine(calculator.fine_for(loan.due, datetime.now()))
    record("returned", loan_id=loan_id, fine=fine)
    return {"loan_id": loan_id, "fine": fine, "next_in_queue": queue.pop_next(loan.isbn)}


@app.get("/loans")
async def list_loans(member_id: Optional[str] = Query(default=None)) -> Dict[str, Any]:
    found = [loan for loan in loans_db.values() if member_id in (None, loan.member_id)]
    return {"count": len(found), "loans": [loan.model_dump(mode="json") for loan in found]}


@app.post("/reservations")
async def reserve(reservation: Reservation):
    position = queue.push(reservation)
    record("reserved", isbn=reservation.isbn, position=position)
    return {"isbn": reservation.isbn, "position": position}


@app.get("/audit")
async def audit(limit: int = 50):
    return audit_trail[-limit:]


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=SERVICE_PORT)
