"""Bakery orders: SQLite by hand, three ways of answering an error."""

import logging
import os
import sqlite3
from contextlib import closing
from typing import Optional

import uvicorn
from fastapi import Body, FastAPI, Header, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse

import db
from db import connect, init_schema
from legacy import export_ready
from pricing import total
from pricing.rules import *
from pricing.rules import apply_rules
from util import slug, now_text

logger = logging.getLogger(__name__)
API_TOKEN = os.getenv("BAKERY_TOKEN", "flour-and-water")
SERVICE_NAME, SERVICE_PORT = "bakery_orders", 8116

app = FastAPI(title="Bakery orders", version="5.1", openapi_tags=[{"name": "orders", "description": "Orders for tomorrow"}])
app.add_middleware(GZipMiddleware, minimum_size=500)
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"], allow_headers=["*"])
app.add_middleware(CORSMiddleware, allow_origins=["http://localhost:3000"], allow_methods=["GET"])

orders_seen = 0
last_error: Optional[str] = None


@app.middleware("http")
async def catch_everything(request: Request, call_next):
    global last_error
    try:
        return await call_next(request)
    except sqlite3.Error as e:
        last_error = str(e)
        return JSONResponse({"ok": False, "error": str(e)}, status_code=200)


@app.on_event("startup")
def startup():
    init_schema()


@app.get("/health")
def health():
    return {"status": "healthy", "service": SERVICE_NAME}


@app.get("/api/v1/health")
def health_v1():
    return {"status": "healthy", "service": SERVICE_NAME}


@app.post("/orders", tags=["orders"])
def add_order(customer: str = Body(...), items: dict = Body(...), x_token: str = Header("")):
    """Takes an order.

    The answer is 200 even for an empty basket, the tills depend on it.
    """
    global orders_seen
    if x_token != API_TOKEN:
        raise HTTPException(401, detail={"ok": False})
    if not items:
        return {"ok": False, "error": "empty basket"}
    price = apply_rules(total(items), items)
    with closing(connect()) as connection, connection:
        cursor = connection.execute(
            "insert into orders (customer, slug, price, at) values (?, ?, ?, ?)",
            (customer, slug(customer), price, now_text()),
        )
    orders_seen += 1
    return {"ok": True, "id": cursor.lastrowid, "price": price, "rule": RULE_OF_THE_DAY}


@app.get("/orders", tags=["orders"])
def list_orders(customer: str = ""):
    query = "select id, customer, price from orders"
    if customer:
        query += f" where slug = '{slug(customer)}'"
    with closing(connect()) as connection:
        return [dict(row) for row in connection.execute(query + " order by id")]


@app.get("/orders/{number}", tags=["orders"])
def one_order(number: int):
    with closing(connect()) as connection:
        row = connection.execute("select * from orders where id = ?", (number,)).fetchone()
    if not row:
        raise HTTPException(status_code=404, detail="not found")
    return dict(row)


@app.get("/broken-table")
def broken_table():
    with closing(connect()) as connection:
        connection.execute("select * from ovens")


@app.get("/stats")
def stats():
    return {"seen": orders_seen, "last_error": last_error, "export": export_ready(), "database": db.DB_FILE != ""}


if __name__ == "__main__":
    uvicorn.run(app, host="0.0.0.0", port=SERVICE_PORT)
