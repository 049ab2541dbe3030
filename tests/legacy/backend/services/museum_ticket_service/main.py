#!/usr/bin/env python3
"""
Museum ticket service.

Everything about tickets in one place: exhibitions, prices, sales, refunds,
vouchers, the turnstile. Split it when there is time.
"""
import asyncio
import hashlib
import json
import logging
import os
import re
import sqlite3
import sys
import time
import uuid
from abc import ABC, abstractmethod
from collections import Counter, OrderedDict
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import httpx
import uvicorn
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Header, HTTPException, Query, Request, status
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, Field, field_validator, model_validator

from calendar_rules import is_open, next_open_day
from qr import barcode
from reports.daily import DailyReport, render_report
import vouchers

# =============================================================================
# CONFIGURATION
# =============================================================================
DATABASE = os.getenv("TICKETS_DB", ":memory:")
WEATHER_URL = os.getenv("WEATHER_URL", "http://weather_station_service:8012")
ADMIN_TOKEN = os.getenv("ADMIN_TOKEN", "curator")  # should not be in the code
MAX_PER_SALE = 10
CACHE_SECONDS = 30
CURRENCY = "CRO"

logging.basicConfig(level=os.getenv("LOG_LEVEL", "INFO"), format="%(asctime)s %(levelname)s %(message)s")
logger = logging.getLogger(__name__)


# =============================================================================
# EXCEPTIONS
# =============================================================================
class TicketError(Exception):
    """Anything that goes wrong at the desk."""

    code = "ticket_error"
    status = 400

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class SoldOut(TicketError):
    code = "sold_out"
    status = 409


class Closed(TicketError):
    code = "closed"


class NotFound(TicketError):
    code, status = "not_found", 404


# =============================================================================
# DOMAIN
# =============================================================================
class Kind(str, Enum):
    ADULT = "adult"
    CHILD = "child"
    FRIEND = "friend"


# who pays how much of the price
SHARES: Dict[Kind, Decimal] = {
    Kind.ADULT: Decimal("1"),
    Kind.CHILD: Decimal("0.5"),
    Kind.FRIEND: Decimal("0"),
}


@dataclass
class Exhibition:
    slug: str
    title: str
    price: Decimal
    capacity: int = 20
    days: Tuple[int, ...] = (1, 2, 3, 4, 5, 6)

    def opens_on(self, day: date) -> bool:
        return day.weekday() in self.days and is_open(day)


@dataclass
class Ticket:
    exhibition: str
    day: date
    kind: Kind
    price: Decimal
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    used_at: Optional[datetime] = None

    @property
    def is_used(self) -> bool:
        return self.used_at is not None


def money(amount: Decimal) -> Decimal:
    """Round to cents, half up."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


class PricePolicy(ABC):
    @abstractmethod
    def price(self, exhibition: Exhibition, kind: Kind, day: date) -> Decimal: ...


class StandardPolicy(PricePolicy):
    def price(self, exhibition, kind, day):
        return money(exhibition.price * SHARES[kind])


class RainyDayPolicy(StandardPolicy):
    """Ten percent off when it rains, because nobody minds a museum then."""

    def price(self, exhibition, kind, day):
        return money(super().price(exhibition, kind, day) * Decimal("0.9"))


def choose_policy(rain: bool) -> PricePolicy:
    return RainyDayPolicy() if rain else StandardPolicy()


# =============================================================================
# STORAGE
# =============================================================================
_connection: Optional[sqlite3.Connection] = None


def connection() -> sqlite3.Connection:
    global _connection
    if _connection is None:
        _connection = sqlite3.connect(DATABASE, check_same_thread=False)
        _connection.row_factory = sqlite3.Row
        _connection.executescript(
            """
            create table if not exists tickets (
                id text primary key, exhibition text, day text, kind text, price text, used_at text
            );
            """
        )
    return _connection


def close_connection() -> None:
    global _connection
    if _connection:
        _connection.close()
    _connection = None


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    db = connection()
    try:
        yield db
        db.commit()
    except BaseException:
        db.rollback()
        raise


class TicketRepository:
    """Tickets in SQLite."""

    def add(self, tickets: List[Ticket]) -> None:
        with transaction() as db:
            db.executemany(
                "insert into tickets values (?, ?, ?, ?, ?, null)",
                [(t.id, t.exhibition, t.day.isoformat(), t.kind.value, str(t.price)) for t in tickets],
            )

    def get(self, ticket_id: str) -> Ticket:
        row = connection().execute("select * from tickets where id = ?", (ticket_id,)).fetchone()
        if row is None:
            raise NotFound(f"no ticket {ticket_id}", id=ticket_id)
        return self._ticket(row)

    def sold(self, exhibition: str, day: date) -> int:
        query = "select count(*) from tickets where exhibition = ? and day = ?"
        return connection().execute(query, (exhibition, day.isoformat())).fetchone()[0]

    def on(self, day: date) -> List[Ticket]:
        rows = connection().execute("select * from tickets where day = ? order by rowid", (day.isoformat(),))
        return [self._ticket(row) for row in rows]

    def mark_used(self, ticket_id: str, at: datetime) -> None:
        with transaction() as db:
            db.execute("update tickets set used_at = ? where id = ?", (at.isoformat(), ticket_id))

    def remove(self, ticket_id: str) -> None:
        with transaction() as db:
            db.execute("delete from tickets where id = ?", (ticket_id,))

    @staticmethod
    def _ticket(row: sqlite3.Row) -> Ticket:
        used = datetime.fromisoformat(row["used_at"]) if row["used_at"] else None
        return Ticket(
            row["exhibition"], date.fromisoformat(row["day"]), Kind(row["kind"]), Decimal(row["price"]), row["id"], used
        )


repository = TicketRepository()
exhibitions: "OrderedDict[str, Exhibition]" = OrderedDict()
turnstile_log: List[Dict[str, Any]] = []
sales_counter: Counter = Counter()
_weather_cache: Dict[str, Tuple[float, bool]] = {}


def load_exhibitions(path: Path = Path(__file__).parent / "exhibitions.json") -> None:
    exhibitions.clear()
    for row in json.loads(path.read_text()):
        row["price"] = Decimal(row["price"])
        exhibitions[row["slug"]] = Exhibition(**row)


load_exhibitions()


# =============================================================================
# OTHER SERVICES
# =============================================================================
async def is_raining() -> bool:
    """Ask the weather station; dry when it does not answer."""
    kept = _weather_cache.get("rain")
    if kept and time.monotonic() - kept[0] < CACHE_SECONDS:
        return kept[1]
    try:
        async with httpx.AsyncClient(timeout=2.0) as client:
            answer = await client.get(f"{WEATHER_URL}/api/v1/forecast/harbour")
            rain = answer.json().get("next_value", 0) < 10
    except Exception as e:
        logger.warning(f"weather: {e}")
        rain = False
    _weather_cache["rain"] = (time.monotonic(), rain)
    return rain


# =============================================================================
# USE CASES
# =============================================================================
def find_exhibition(slug: str) -> Exhibition:
    try:
        return exhibitions[slug]
    except KeyError:
        raise NotFound(f"no exhibition {slug}", slug=slug) from None


def sell(slug: str, day: date, kinds: List[Kind], policy: PricePolicy, voucher: Optional[str] = None) -> List[Ticket]:
    exhibition = find_exhibition(slug)
    if not exhibition.opens_on(day):
        raise Closed(f"{slug} is closed", next=next_open_day(day).isoformat())
    if repository.sold(slug, day) + len(kinds) > exhibition.capacity:
        raise SoldOut(f"{slug} is sold out", left=exhibition.capacity - repository.sold(slug, day))
    tickets = [Ticket(slug, day, kind, policy.price(exhibition, kind, day)) for kind in kinds]
    if voucher:
        tickets[0].price = money(max(Decimal(0), tickets[0].price - vouchers.redeem(voucher)))
    repository.add(tickets)
    sales_counter[slug] += len(tickets)
    return tickets


def pass_turnstile(ticket_id: str, today: date) -> Ticket:
    ticket = repository.get(ticket_id)
    if ticket.is_used:
        raise TicketError("already used", at=ticket.used_at.isoformat())
    if ticket.day != today:
        raise TicketError("wrong day", day=ticket.day.isoformat())
    repository.mark_used(ticket_id, datetime.now())
    turnstile_log.append({"id": ticket_id, "kind": ticket.kind.value})
    return repository.get(ticket_id)


def refund(ticket_id: str, today: Callable[[], date] = date.today) -> Decimal:
    ticket = repository.get(ticket_id)
    if ticket.is_used:
        raise TicketError("used tickets are not refunded")
    repository.remove(ticket_id)
    # half of it on the day itself
    return ticket.price if ticket.day > today() else money(ticket.price / 2)


# =============================================================================
# REQUESTS AND RESPONSES
# =============================================================================
class SaleRequest(BaseModel):
    """What the desk sends."""

    exhibition: str = Field(..., examples=["dinosaurs"])
    day: date
    kinds: List[Kind] = Field(min_length=1, max_length=MAX_PER_SALE)
    voucher: Optional[str] = None

    @field_validator("exhibition")
    @classmethod
    def slug_only(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z-]+", value):
            raise ValueError("not a slug")
        return value

    @model_validator(mode="after")
    def children_do_not_come_alone(self):
        if set(self.kinds) == {Kind.CHILD}:
            raise ValueError("children do not come alone")
        return self


class TicketOut(BaseModel):
    id: str
    kind: Kind
    price: Decimal
    barcode: str

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketOut":
        return cls(id=ticket.id, kind=ticket.kind, price=ticket.price, barcode=barcode(ticket.id))


class SaleResponse(BaseModel):
    tickets: List[TicketOut]
    total: Decimal
    currency: str = CURRENCY


# =============================================================================
# APPLICATION
# =============================================================================
app = FastAPI(title="Museum Ticket Service", version="6.2.0")

app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"], allow_headers=["*"])


@app.exception_handler(TicketError)
async def ticket_error(request: Request, exc: TicketError) -> JSONResponse:
    return JSONResponse({"code": exc.code, "message": exc.message, **exc.details}, status_code=exc.status)


@app.middleware("http")
async def timing(request: Request, call_next):
    started = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Took"] = f"{time.perf_counter() - started:.4f}"
    return response


def require_admin(x_admin: str = Header("")) -> None:
    if hashlib.sha256(x_admin.encode()).digest() != hashlib.sha256(ADMIN_TOKEN.encode()).digest():
        raise HTTPException(status.HTTP_403_FORBIDDEN, "curators only")


async def get_policy() -> PricePolicy:
    return choose_policy(await is_raining())


@app.on_event("startup")
async def startup() -> None:
    connection()
    logger.info("tickets ready, %d exhibitions", len(exhibitions))


@app.on_event("shutdown")
async def shutdown() -> None:
    close_connection()


@app.get("/health")
async def health():
    return {"status": "healthy", "service": "museum_ticket_service"}


@app.get("/exhibitions")
async def list_exhibitions() -> List[Dict[str, Any]]:
    return [{**asdict(e), "price": str(e.price)} for e in exhibitions.values()]


@app.get("/exhibitions/{slug}/poster", response_class=FileResponse)
async def poster(slug: str):
    find_exhibition(slug)
    return FileResponse(os.path.join(os.path.dirname(os.path.abspath(__file__)), "static", "poster.txt"))


@app.post("/sales", response_model=SaleResponse, status_code=201, tags=["desk"])
async def make_sale(data: SaleRequest, tasks: BackgroundTasks, policy: PricePolicy = Depends(get_policy)):
    tickets = sell(data.exhibition, data.day, data.kinds, policy, data.voucher)
    tasks.add_task(logger.info, "sold %d", len(tickets))
    return SaleResponse(tickets=[TicketOut.of(t) for t in tickets], total=sum(t.price for t in tickets))


@app.post("/turnstile/{ticket_id}", tags=["turnstile"])
async def turnstile(ticket_id: str, today: date = Query(default_factory=date.today)):
    ticket = pass_turnstile(ticket_id, today)
    return {"ok": True, "kind": ticket.kind}


@app.delete("/tickets/{ticket_id}", tags=["desk"])
async def refund_ticket(ticket_id: str):
    return {"refund": str(refund(ticket_id))}


admin = APIRouter(prefix="/admin", tags=["admin"], dependencies=[Depends(require_admin)])


@admin.get("/report")
async def report(day: date):
    tickets = repository.on(day)
    result = DailyReport(day=day, sold=len(tickets), revenue=sum((t.price for t in tickets), Decimal(0)))
    return {"text": render_report(result), "turnstile": len(turnstile_log)}


@admin.post("/reload")
async def reload_exhibitions():
    load_exhibitions()
    return {"exhibitions": list(exhibitions)}


@admin.get("/counter")
async def counter():
    return dict(sales_counter)


app.include_router(admin)


async def self_test() -> int:
    """Run with `python main.py --self-test`."""
    await asyncio.sleep(0)
    return 0 if exhibitions and find_exhibition("dinosaurs") else 1


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        sys.exit(asyncio.run(self_test()))
    uvicorn.run(app, host="0.0.0.0", port=int(os.getenv("PORT", "8122")))
