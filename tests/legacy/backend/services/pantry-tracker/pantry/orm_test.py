import asyncio

from pantry import application, models, settings
from pantry.orm import Tortoise


def test_models_are_found_by_the_name_of_their_module():
    asyncio.run(application.open_orm())
    assert Tortoise.apps["models"] == {"Item": models.Item, "Shelf": models.Shelf}
    assert models.Item.fields["shelf"].model is models.Shelf
    asyncio.run(application.close_orm())
    assert Tortoise.apps == {}


def test_views_come_from_the_settings(monkeypatch):
    monkeypatch.setattr("pantry.application.INSTALLED_VIEWS", [])
    assert sorted(application.get_app().openapi()["paths"]) == ["/health"]


def test_every_name_in_the_settings_can_be_found():
    import pydoc

    named = [*settings.INSTALLED_VIEWS, *settings.DOCUMENTS, *(e["task"] for e in settings.BEAT_SCHEDULE.values())]
    assert all(pydoc.locate(one) is not None for one in named)
