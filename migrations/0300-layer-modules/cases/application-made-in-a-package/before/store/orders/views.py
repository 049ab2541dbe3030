from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from store import broadcast
from store.database import SessionLocal
from store.orders.rules import Order, is_large

router = APIRouter()


def session() -> Session:
    return SessionLocal()


@router.get("/orders/{number}")
async def show(number: int, database: Session = Depends(session)) -> bool:
    await broadcast.publish("orders", message=str(number))
    return is_large(Order(number))
