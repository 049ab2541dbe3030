from fastapi import APIRouter

router = APIRouter(prefix="/pages")


@router.get("/")
def all_pages() -> list[str]:
    return ["hello.html"]
