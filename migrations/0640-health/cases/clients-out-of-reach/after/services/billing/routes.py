from fastapi import APIRouter

from store import rows

router = APIRouter()
router.get("/rows")(rows)
