"""Routes."""

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from shop.infrastructure.database.models import Item
from shop.presentation.api.dependencies import get_db

router = APIRouter()


@router.get("/items")
def items(db: Session = Depends(get_db)):
    return db.query(Item).all()
