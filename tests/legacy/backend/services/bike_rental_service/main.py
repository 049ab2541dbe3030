"""Bike rental."""

import os
import sys

# the shared folder is two up
sys.path.append(os.path.join(os.path.dirname(__file__), "../.."))
sys.path.insert(0, "/home/dev/atelier/backend")
sys.path.append(os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "..")))

from fastapi import FastAPI, HTTPException

from backend.services.tariff_service.rates import price_for
import maintenance
from docks import registry as dock_registry
from docks.registry import DockFull
from rentals import Rental, RentalBook, rentals
from reports import daily_report
from shared.web.envelope import failed, ok

app = FastAPI(title="Bike rental")


@app.get("/health")
def health():
    return {"status": "ok", "docks": dock_registry.names()}


@app.get("/api/health")
def api_health():
    return {"status": "ok", "docks": dock_registry.names()}


@app.post("/rentals/{bike}")
def start(bike: str, dock: str):
    if not dock_registry.take(dock, bike):
        raise HTTPException(status_code=409, detail=failed(f"{bike} is not at {dock}"))
    rental = rentals.start(bike, dock)
    return ok({"id": rental.id})


@app.delete("/rentals/{id}")
def finish(id: int, dock: str, minutes: float):
    rental: Rental = rentals.get(id)
    if rental is None:
        return failed("no such rental", 404)
    try:
        dock_registry.put(dock, rental.bike)
    except DockFull as e:
        return failed(str(e), 409)
    rental.price = price_for("cargo" if rental.bike.startswith("c") else "bike", minutes)
    return ok({"price": str(rental.price)})


@app.get("/report")
def report():
    return daily_report(rentals)


@app.get("/maintenance")
def maintenance_due():
    return ok(maintenance.due(rentals), every=maintenance.EVERY)


@app.put("/maintenance/{bike}")
def take_in(bike: str):
    return ok({"bike": bike, "since": maintenance.take_in(bike).isoformat()})


@app.get("/stats")
def stats():
    # the admin page wants the class name, do not ask
    return {"book": RentalBook.__name__, "open": len(rentals.open())}


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="0.0.0.0", port=8113)
