from sqlalchemy import func, select

from ..models import Ingredient
from .base import CRUDBase


class CRUDIngredient(CRUDBase[Ingredient]):
    async def shopping_list(self, db):
        rows = await db.execute(
            select(Ingredient.name, func.sum(Ingredient.grams)).group_by(Ingredient.name).order_by(Ingredient.name)
        )
        return {name: grams for name, grams in rows}


ingredients = CRUDIngredient(Ingredient)
