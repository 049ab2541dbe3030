"""What the shop answers."""

from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy import func
from sqlalchemy.orm import Session

from shop.infrastructure import models
from shop.infrastructure.models import Customer
from shop.presentation.dependencies import get_db

router = APIRouter()


@router.post("/orders")
def create(state: str, db: Session = Depends(get_db)):
    """Take an order."""
    order = models.Order(state=state)
    db.add(order)
    db.commit()
    db.refresh(order)
    return order


@router.get("/orders")
def read_all(skip: int = 0, limit: int = 10, db: Session = Depends(get_db)):
    """Give some orders."""
    return db.query(models.Order).offset(skip).limit(limit).all()


@router.get("/orders/{number}")
def read(number: int, db: Session = Depends(get_db)):
    """Give an order."""
    order = (
        db.query(models.Order)
        .filter(models.Order.id == number)
        .first()
    )
    if order is None or db.query(func.count(Customer.id)).scalar() == 0:
        raise HTTPException(status_code=404)
    return order


@router.delete("/orders/{number}")
def forget(number: int, db: Session = Depends(get_db)):
    """Forget an order."""
    order = db.query(models.Order).filter(models.Order.id == number).first()
    db.delete(order)
    # Nobody may see half of it.
    db.commit()


@router.patch("/orders/{number}")
def close(number: int, form: dict, db: Session = Depends(get_db)):
    """Close an order."""
    order = db.get(models.Order, number)
    order.state = "closed"
    db.commit()
    db.refresh(order)
    return order
