"""Ferry booking.

Run it from its own folder, it reads data/ from the working directory:

    python main.py
"""
import json
import os
import sys
from pathlib import Path

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

import prices  # lib/prices.py
import routers.sailings
import routers.bookings
from routers import ops

BASE_DIR = Path(__file__).parent
templates = Jinja2Templates(directory=str(BASE_DIR / "templates"))

TIMETABLE = json.load(open("data/timetable.json"))

app = FastAPI(title="ferry-booking")
app.include_router(routers.sailings.router)
app.include_router(routers.bookings.router, prefix="/bookings")
app.include_router(ops.router, prefix="/ops", tags=["ops"])


@app.middleware("http")
async def stamp(request: Request, call_next):
    response = await call_next(request)
    response.headers["X-Ferry"] = os.environ.get("FERRY_NAME", "Mallard")
    return response


@app.get("/", response_class=HTMLResponse)
def index(request: Request):
    return templates.TemplateResponse(request, "index.html", {"lines": TIMETABLE["lines"], "title": "Ferries"})


@app.get("/health")
def health():
    return {"status": "healthy", "lines": len(TIMETABLE["lines"])}


@app.get("/price/{line}/{persons}")
def price(line: str, persons: int):
    return {"line": line, "total": prices.total(line, persons)}


@app.get("/terms")
def terms():
    with open(os.path.join(os.path.dirname(__file__), "data", "terms.txt")) as f:
        return {"terms": f.read().strip()}


if __name__ == "__main__":
    import uvicorn

    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8104
    uvicorn.run("main:app", host="0.0.0.0", port=port, reload=True)
