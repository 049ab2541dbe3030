"""Allotment gardens. `uvicorn main:app` in the image fails; compose starts it from one folder up."""
from fastapi import FastAPI, HTTPException

from .config import CONFIG
from .models import Application, Plot
from .plots.waiting import WaitingList
from .plots import ledger
from . import plots as plots_package

app = FastAPI(title="Allotments")
waiting = WaitingList()


@app.get("/health")
def health():
    return {"status": "healthy", "plots": len(ledger.PLOTS)}


@app.get("/plots", response_model=list[Plot])
def list_plots(free: bool = False):
    return [plot for plot in ledger.PLOTS.values() if not free or plot.tenant is None]


@app.post("/applications")
def apply(application: Application):
    for plot in list_plots(free=True):
        if plot.size >= application.size:
            plot.tenant = application.name
            return {"plot": plot.number}
    return {"plot": None, "position": waiting.add(application)}


@app.delete("/plots/{number}")
def give_up(number: int):
    plot = ledger.PLOTS.get(number)
    if plot is None:
        raise HTTPException(404, "no such plot")
    following = waiting.next_for(plot)
    plot.tenant = following.name if following else None
    return {"tenant": plot.tenant}


@app.get("/config")
def config():
    return {**CONFIG, "package": plots_package.LABEL}
