"""Signal box: signals, points and the rules between them.

Hidden since somebody added the folder api/ for the client: `import api` finds
the folder, and the folder has no app.
"""

from typing import Dict

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from interlocking.rules import Conflict, check
from interlocking.state import box
from models import Aspect, Signal

app = FastAPI(title="Signal Box", version="0.2.0")


class SetSignal(BaseModel):
    aspect: Aspect


@app.get("/health")
def health() -> Dict[str, str]:
    return {"status": "healthy"}


@app.get("/signals")
def signals():
    return [Signal(name=name, aspect=aspect) for name, aspect in sorted(box.items())]


@app.put("/signals/{name}")
def set_signal(name: str, body: SetSignal):
    try:
        check(name, body.aspect, box)
    except Conflict as e:
        raise HTTPException(status_code=409, detail=str(e))
    box[name] = body.aspect
    return Signal(name=name, aspect=body.aspect)
