from fastapi import APIRouter

from shop.infrastructure.orders.dao import first

router = APIRouter()


@router.get("/orders")
def list_orders():
    return [first()]
