from fastapi import APIRouter, FastAPI

router = APIRouter()
app = FastAPI()
app.include_router(router)


@router.get("/never-served")
def late():
    return 1


@app.get("/")
def index():
    return 2
