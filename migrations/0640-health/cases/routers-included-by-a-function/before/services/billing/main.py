from fastapi import APIRouter, FastAPI

orders = APIRouter()
items = APIRouter()
users = APIRouter()
stock = APIRouter()
prices = APIRouter()
carts = APIRouter()
mails = APIRouter()
pages = APIRouter()


def include(app: FastAPI) -> None:
    app.include_router(orders, prefix="/orders")
    app.include_router(items, prefix="/items")
    app.include_router(users, prefix="/users")
    app.include_router(stock, prefix="/stock")
    app.include_router(prices, prefix="/prices")
    app.include_router(carts, prefix="/carts")
    app.include_router(mails, prefix="/mails")
    app.include_router(pages, prefix="/pages")


def create_app() -> FastAPI:
    app = FastAPI()
    include(app)
    return app
