from fastapi import APIRouter

from main import app

router = APIRouter()
app.state.views = router
