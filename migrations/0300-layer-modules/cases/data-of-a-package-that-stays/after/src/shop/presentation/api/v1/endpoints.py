"""Routes."""

from shop.infrastructure.feeds import latest
from fastapi import APIRouter

from shop.presentation.api.dependencies import pages

router = APIRouter()


@router.get("/")
def index() -> str:
    return pages.get_template("index.html").render(latest=latest())
