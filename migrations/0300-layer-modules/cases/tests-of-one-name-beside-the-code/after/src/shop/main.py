from fastapi import FastAPI

from shop.presentation.desk.orders.routes import router as orders
from shop.presentation.desk.users.routes import router as users

app = FastAPI()
app.include_router(orders)
app.include_router(users)
