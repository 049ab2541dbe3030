import pytest

import app.crud.recipe
from app.core import errors
from app.crud.ingredient import ingredients
from app.schemas import IngredientBase, RecipeCreate


async def test_get_unknown(session):
    with pytest.raises(errors.NotFound):
        await app.crud.recipe.recipes.get(session, 42)


async def test_removing_a_recipe_removes_its_ingredients(session):
    recipe = await app.crud.recipe.recipes.create(
        session, RecipeCreate(title="Pie", ingredients=[IngredientBase(name="plum", grams=500)])
    )
    await app.crud.recipe.recipes.remove(session, recipe.id)
    assert await ingredients.shopping_list(session) == {}


def test_migrations_lie_at_the_project_root():
    from app.core.config import PROJECT_ROOT

    assert (PROJECT_ROOT / "alembic.ini").exists()
    assert "script_location = migrations" in (PROJECT_ROOT / "alembic.ini").read_text()


def test_console_script_starts_the_app():
    from unittest.mock import patch

    from uvicorn.importer import import_from_string

    from app.cli import run
    from app.main import app as application

    with patch("app.cli.uvicorn.run") as started:
        run()
    assert import_from_string(started.call_args.args[0]) is application
