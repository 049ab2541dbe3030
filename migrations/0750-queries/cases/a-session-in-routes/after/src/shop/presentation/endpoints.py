"""What the shop answers."""

from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy.orm import Session

from shop.infrastructure import models
from shop.infrastructure.sql import SqlCustomerRepository, SqlOrderRepository
from shop.presentation.dependencies import get_db

router = APIRouter()


@router.post("/orders")
def create(state: str, db: Session = Depends(get_db)):
    """Take an order."""
    order = models.Order(state=state)
    SqlOrderRepository(db).save(order)
    return order


@router.get("/orders")
def read_all(skip: int = 0, limit: int = 10, db: Session = Depends(get_db)):
    """Give some orders."""
    return SqlOrderRepository(db).page(skip, limit)


@router.get("/orders/{number}")
def read(number: int, db: Session = Depends(get_db)):
    """Give an order."""
    order = (
        SqlOrderRepository(db).find_by_id(number)
    )
    if order is None or SqlCustomerRepository(db).value() == 0:
        raise HTTPException(status_code=404)
    return order


@router.delete("/orders/{number}")
def forget(number: int, db: Session = Depends(get_db)):
    """Forget an order."""
    order = SqlOrderRepository(db).find_by_id(number)
    SqlOrderRepository(db).delete(order)
    # Nobody may see half of it.
    SqlOrderRepository(db).commit()


@router.patch("/orders/{number}")
def close(number: int, form: dict, db: Session = Depends(get_db)):
    """Close an order."""
    order = SqlOrderRepository(db).get(number)
    order.state = "closed"
    SqlOrderRepository(db).update(order)
    return order
