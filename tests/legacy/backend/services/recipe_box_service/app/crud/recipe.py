from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ..core.config import settings
from ..core.errors import Conflict
from ..models import Ingredient, Recipe
from ..schemas import RecipeCreate
from .base import CRUDBase


class CRUDRecipe(CRUDBase[Recipe]):
    async def create(self, db, data: RecipeCreate) -> Recipe:
        recipe = Recipe(title=data.title, minutes=data.minutes, notes=data.notes)
        recipe.ingredients = [Ingredient(**one.model_dump()) for one in data.ingredients]
        db.add(recipe)
        try:
            await db.commit()
        except IntegrityError:
            await db.rollback()
            raise Conflict(f"there is a recipe {data.title}") from None
        return recipe

    async def page(self, db, after: int = 0):
        rows = await db.scalars(
            select(Recipe).where(Recipe.id > after).order_by(Recipe.id).limit(settings.PAGE_SIZE + 1)
        )
        found = list(rows)
        more = len(found) > settings.PAGE_SIZE
        return found[: settings.PAGE_SIZE], (found[settings.PAGE_SIZE - 1].id if more else None)


recipes = CRUDRecipe(Recipe)
