from fastapi import APIRouter

pages = APIRouter()


@pages.get("/{path:path}")
def page(path: str) -> dict[str, str]:
    return {"page": path}
