import csv

from fastapi import APIRouter, HTTPException

from store import seats

router = APIRouter()


@router.get("/sailings/{line}")
def sailings(line: str):
    found = []
    with open("data/sailings.csv") as handle:
        for row in csv.DictReader(handle):
            if row["line"] == line:
                found.append({"id": row["id"], "leaves": row["leaves"], "free": seats.free(row["id"])})
    if not found:
        raise HTTPException(status_code=404, detail="no such line")
    return found
