from dependency_injector.wiring import Provide, inject
from fastapi import APIRouter, Depends

from shop.infrastructure.shelf.container import Container
from shop.domain.shelf.orders.book import Book

router = APIRouter()


@router.get("/orders")
@inject
def orders(book: Book = Depends(Provide[Container.book])) -> list[str]:
    return book.orders
