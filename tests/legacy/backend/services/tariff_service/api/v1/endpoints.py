from fastapi import APIRouter, HTTPException, Request

from .....shared.web.envelope import failed, ok
from ...errors import UnknownRate
from ...rates import price_for
from .schemas import Quote, QuoteOut

router = APIRouter()


@router.get("/rates")
async def rates(request: Request):
    return ok(list(request.app.state.book))


@router.post("/quote", response_model=QuoteOut)
async def quote(data: Quote):
    try:
        money = price_for(data.rate, data.minutes)
    except UnknownRate as exc:
        raise HTTPException(404, failed(str(exc), 404))
    return QuoteOut(rate=data.rate, cents=money.cents, text=str(money))
