from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
def health() -> dict[str, str]:
    return {"status": "healthy"}


@router.get("/api/v1/orders")
@router.get("/orders", deprecated=True)
def orders() -> list[int]:
    return []
