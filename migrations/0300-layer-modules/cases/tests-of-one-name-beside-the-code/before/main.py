from fastapi import FastAPI

from desk.orders.routes import router as orders
from desk.users.routes import router as users

app = FastAPI()
app.include_router(orders)
app.include_router(users)
