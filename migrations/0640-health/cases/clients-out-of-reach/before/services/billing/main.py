from fastapi import FastAPI

from routes import router

app = FastAPI(title="Billing")
app.include_router(router)
