from pydantic import BaseModel, ConfigDict


class IngredientBase(BaseModel):
    name: str
    grams: float


class IngredientRead(IngredientBase):
    model_config = ConfigDict(from_attributes=True)
    id: int


class RecipeCreate(BaseModel):
    title: str
    minutes: int = 30
    notes: str | None = None
    ingredients: "list[IngredientBase]" = []


class RecipeRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    title: str
    minutes: int
    ingredients: list[IngredientRead]


class Page(BaseModel):
    items: list[RecipeRead]
    next: int | None = None
