"""Print shop: takes jobs, sends them through the press."""

import logging
import logging.config
import pickle
from pathlib import Path

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

import plugins
from jobs import JobState, PrintJob
from logs import LOGGING, TicketHandler
from press.broker import broker
from press.ink import Ink

logging.config.dictConfig(LOGGING)
logger = logging.getLogger("print_shop")

app = FastAPI(title="Print shop")

JOBS = {}
ARCHIVE = Path(__file__).resolve().parent / "data" / "archive.pkl"


class JobIn(BaseModel):
    text: str
    paper: str = "matte"
    copies: int = 1


@app.on_event("startup")
async def load_archive():
    """Jobs of the last evening are put back on the shelf."""
    with ARCHIVE.open("rb") as handle:
        for job in pickle.load(handle):
            JOBS[job.number] = job
    logger.info("archive: %d jobs", len(JOBS))


@app.get("/health")
def health():
    return {"status": "healthy", "jobs": len(JOBS)}


@app.post("/jobs", status_code=202)
def add_job(data: JobIn):
    try:
        paper = plugins.paper(data.paper)
    except LookupError as e:
        raise HTTPException(status_code=400, detail=str(e))
    job = PrintJob(number=max(JOBS, default=0) + 1, text=data.text, paper=data.paper, copies=data.copies)
    JOBS[job.number] = job
    rendered = broker.send_task("press.tasks.render", args=[job.text])
    job.pages = broker.send_task("press.tasks.paginate", args=[rendered, paper.lines])
    job.cost = broker.send_task("billing.price", args=[job.pages, job.copies, paper.price])
    job.state = JobState.PRINTED
    logger.info("job %d printed", job.number)
    return {"number": job.number, "pages": job.pages, "cost": job.cost}


@app.get("/jobs/{number}")
def get_job(number: int):
    if number not in JOBS:
        raise HTTPException(status_code=404, detail="no such job")
    return vars(JOBS[number])


@app.get("/jobs/{number}/pickle", include_in_schema=False)
def pickled(number: int):
    return Response(pickle.dumps(JOBS[number]), media_type="application/octet-stream")


@app.get("/papers")
def papers():
    return {name: plugins.paper(name).lines for name in plugins.names()}


@app.get("/ink")
def ink():
    return {"left": Ink.shared().left}


@app.get("/tasks")
def tasks():
    return {name: broker.queue_of(name) for name in sorted(broker.tasks)}


@app.get("/log")
def log():
    return TicketHandler.tickets[-5:]


def run():
    import uvicorn

    uvicorn.run("main:app", port=8109, log_config=None)


if __name__ == "__main__":
    run()
