from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from vertice_api.middleware import CorrelationIdMiddleware, SecurityHeadersMiddleware

app = FastAPI(title="Billing")
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.get("/items")
def items() -> list[str]:
    return []


app.add_middleware(SecurityHeadersMiddleware, is_secure=False)
app.add_middleware(CorrelationIdMiddleware)
