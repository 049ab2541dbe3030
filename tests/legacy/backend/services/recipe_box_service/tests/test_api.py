from unittest.mock import AsyncMock, patch

from app.core.errors import NotFound

COOK = {"X-Cook": "Badger"}
SOUP = {"title": "Soup", "ingredients": [{"name": "leek", "grams": 300}, {"name": "salt", "grams": 4}]}


async def test_create_and_read(client):
    created = await client.post("/api/v2/recipes", json=SOUP, headers=COOK)
    assert created.status_code == 201
    assert created.headers["X-Cook"] == "Badger"
    read = await client.get(f"/api/v2/recipes/{created.json()['id']}")
    assert [one["name"] for one in read.json()["ingredients"]] == ["leek", "salt"]


async def test_a_cook_is_needed(client):
    assert (await client.post("/api/v2/recipes", json=SOUP)).status_code == 401


async def test_conflict_has_a_code(client):
    await client.post("/api/v2/recipes", json=SOUP, headers=COOK)
    again = await client.post("/api/v2/recipes", json=SOUP, headers=COOK)
    assert again.status_code == 409
    assert again.json() == {"code": "Conflict", "message": "there is a recipe Soup"}


async def test_pages(client):
    for title in ("A", "B", "C"):
        await client.post("/api/v2/recipes", json={"title": title}, headers=COOK)
    first = (await client.get("/api/v2/recipes")).json()
    assert [one["title"] for one in first["items"]] == ["A", "B"]
    second = (await client.get("/api/v2/recipes", params={"after": first["next"]})).json()
    assert [one["title"] for one in second["items"]] == ["C"] and second["next"] is None


async def test_delete(client):
    number = (await client.post("/api/v2/recipes", json=SOUP, headers=COOK)).json()["id"]
    assert (await client.delete(f"/api/v2/recipes/{number}", headers=COOK)).status_code == 204
    assert (await client.get(f"/api/v2/recipes/{number}")).json() == {"code": "NotFound", "message": f"Recipe {number}"}


async def test_shopping_list(client):
    await client.post("/api/v2/recipes", json=SOUP, headers=COOK)
    await client.post("/api/v2/recipes", json={**SOUP, "title": "Stew"}, headers=COOK)
    assert (await client.get("/api/v2/shopping-list")).json() == {"leek": 600.0, "salt": 8.0}


async def test_crud_object_can_be_patched(client):
    with patch("app.crud.recipe.recipes.get", AsyncMock(side_effect=NotFound("gone"))):
        assert (await client.get("/api/v2/recipes/1")).json()["message"] == "gone"


async def test_page_size_is_a_setting(client):
    with patch("app.crud.recipe.settings") as fake:
        fake.PAGE_SIZE = 1
        for title in ("A", "B"):
            await client.post("/api/v2/recipes", json={"title": title}, headers=COOK)
        assert len((await client.get("/api/v2/recipes")).json()["items"]) == 1


async def test_ready(client):
    assert (await client.get("/health/ready")).json() == {"status": "ok", "database": True}


async def test_dependency_override(client):
    from app.deps import require_cook
    from app.main import app

    app.dependency_overrides[require_cook] = lambda: "Mole"
    try:
        assert (await client.post("/api/v2/recipes", json=SOUP)).headers["X-Cook"] == "Mole"
    finally:
        app.dependency_overrides.clear()


async def test_operation_id(client):
    document = (await client.get("/api/v2/openapi.json")).json()
    assert document["paths"]["/api/v2/recipes"]["get"]["operationId"] == "listRecipes"
