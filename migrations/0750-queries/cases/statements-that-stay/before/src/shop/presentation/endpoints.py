"""What the shop answers."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shop.infrastructure.models import Order

DEFAULT = "new"


def handed_on(db: Session):
    return sorted_by(db)


def sorted_by(db: Session):
    return db.execute(text("SELECT 1")).all()


def built_before(db: Session, state: str):
    statement = select(Order).where(Order.state == state)
    return db.execute(statement).all()


def by_a_default(db: Session):
    return db.query(Order).filter(Order.state == DEFAULT).all()


def by_a_form(db: Session, form):
    return db.query(Order).filter(Order.state == form.state()).all()


def in_a_transaction(db: Session):
    with db.begin():
        return db.query(Order).all()


def of_nothing(db: Session):
    db.commit()
