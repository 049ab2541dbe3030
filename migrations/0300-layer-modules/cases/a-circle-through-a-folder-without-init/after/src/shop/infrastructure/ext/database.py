from shop.infrastructure.orders.models.order import Order
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker


def get_session():
    session = sessionmaker()
    session.configure(binds={Order: create_engine("sqlite://")})
    return session()
