import json
from pathlib import Path

from fastapi import APIRouter

router = APIRouter()
DATA = json.loads((Path(__file__).parents[2] / "data.json").read_text())


@router.get("/orders")
def orders():
    return DATA
