"""What the shop answers."""

from sqlalchemy.orm import Session


def read_all(db: Session, model):
    return db.query(model).all()
