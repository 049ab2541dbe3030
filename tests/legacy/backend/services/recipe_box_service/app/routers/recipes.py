import app.crud.recipe
import app.schemas as schemas
from app.deps import Cook, Db
from fastapi import APIRouter, Response, status

router = APIRouter(prefix="/recipes", tags=["recipes"])


@router.post("", response_model=schemas.RecipeRead, status_code=status.HTTP_201_CREATED)
async def create_recipe(data: schemas.RecipeCreate, db: Db, cook: Cook, response: Response):
    response.headers["X-Cook"] = cook
    return await app.crud.recipe.recipes.create(db, data)


@router.get("", response_model=schemas.Page, operation_id="listRecipes")
async def list_recipes(db: Db, after: int = 0):
    items, following = await app.crud.recipe.recipes.page(db, after)
    return {"items": items, "next": following}


@router.get("/{recipe_id}", response_model=schemas.RecipeRead)
async def get_recipe(recipe_id: int, db: Db):
    return await app.crud.recipe.recipes.get(db, recipe_id)


@router.delete("/{recipe_id}", status_code=204)
async def delete_recipe(recipe_id: int, db: Db, cook: Cook):
    await app.crud.recipe.recipes.remove(db, recipe_id)
