from dependency_injector.wiring import Provide, inject
from fastapi import APIRouter, Depends

from shelf.container import Container
from shelf.orders.book import Book

router = APIRouter()


@router.get("/orders")
@inject
def orders(book: Book = Depends(Provide[Container.book])) -> list[str]:
    return book.orders
