from app import crud
from app.deps import Db
from fastapi import APIRouter

router = APIRouter(tags=["ingredients"])


@router.get("/shopping-list")
async def shopping_list(db: Db) -> dict[str, float]:
    return await crud.ingredient.ingredients.shopping_list(db)
