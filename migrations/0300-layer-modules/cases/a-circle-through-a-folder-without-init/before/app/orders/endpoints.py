from fastapi import APIRouter

from orders.dao import first

router = APIRouter()


@router.get("/orders")
def list_orders():
    return [first()]
