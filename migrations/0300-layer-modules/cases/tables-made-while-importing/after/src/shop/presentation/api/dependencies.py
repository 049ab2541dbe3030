"""What routes depend on."""

from shop.infrastructure.database.repositories import SessionLocal


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
