import json
from pathlib import Path

from fastapi import APIRouter

router = APIRouter()
DATA = json.loads((Path(__file__).parent.parent / "data.json").read_text())


@router.get("/orders")
def orders():
    return DATA
