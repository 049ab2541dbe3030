from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI(title="Billing")
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.get("/items")
def items() -> list[str]:
    return []
