import inspect
import logging
import unittest
from unittest import mock

import pytest

import main
from guide import registry
from guide.trails import store as store_module


def test_order_of_routes(client):
    assert client.get("/trails/longest").json()["name"] == "lake"
    assert client.get("/trails/ridge").json() == {"name": "ridge", "km": 12.5, "points": []}
    assert client.get("/trails/nowhere-at-all").status_code == 404


def test_old_prefix_serves_the_same(client):
    assert client.get("/v0/trails/wood").json() == client.get("/trails/wood").json()
    assert not any(path.startswith("/v0") for path in main.app.openapi()["paths"])


def test_paging_is_a_class(client):
    assert [row["name"] for row in client.get("/trails", params={"skip": 1}).json()] == ["lake", "wood"]
    assert client.get("/trails", params={"limit": 11}).status_code == 422


def test_difficulty_is_a_quoted_annotation(client):
    assert [row["name"] for row in client.get("/trails", params={"at_most": "easy"}).json()] == ["lake", "wood"]


def test_steps_are_dispatched(client):
    assert client.get("/trails/ridge/steps").json() == ["climb 300 m", "climb 300 m"]
    assert client.get("/trails/lake/steps").json() == ["ferry, 15 min", "ferry, 90 min"]
    assert registry.describe(object()) == "walk"


def test_handlers_registered_while_importing(client):
    assert client.get("/handlers").json() == ["Climb", "Ferry"]
    assert [kind.__name__ for kind in registry.Step.kinds] == ["Climb", "Ferry", "NightFerry"]


@pytest.mark.parametrize("number, text", [(1, "Ridge hut: 12 beds, 3281 ft"), (2, "Old hut is closed"), (3, "no hut")])
def test_huts(client, number, text):
    assert client.get(f"/huts/{number}").text == text


def test_two_models_have_the_same_name(client):
    schemas = main.app.openapi()["components"]["schemas"]
    items = sorted(name for name in schemas if name.endswith("Item"))
    assert len(items) == 2
    assert {schemas[name]["description"] for name in items} == {"A hut.", "A trail."}
    assert client.post("/huts", json={"name": "x"}).status_code == 501


def test_operation_ids(client):
    paths = main.app.openapi()["paths"]
    assert paths["/trails/longest"]["get"]["operationId"] == "longest"
    assert paths["/trails"]["get"]["summary"] == "All Trails"
    assert paths["/handlers"]["get"]["summary"] == "What can be described"


def test_weather(client):
    assert client.get("/weather", params={"day": "2024-06-02"}).json() == client.get("/weather?day=2024-06-02").json()
    with mock.patch("guide.weather.SKIES", ["fog"]):
        assert client.get("/weather").json() == {"day": "2024-06-01", "sky": "fog"}
    assert not hasattr(main, "_private")


def test_store_is_replaced_in_its_module(client, own_store):
    assert client.get("/trails/longest").json()["name"] == "short"


def test_audited_counter_is_read_through_the_module(client):
    first = client.get("/health").json()["audited"]
    assert client.get("/health").json()["audited"] == first + 1 == registry.audits


def test_lazy_parts():
    import guide

    assert guide.Compass(350).turn(20).degrees == 10
    assert main.face(guide.Compass()).degrees == 90
    assert guide.maps.LOADED
    assert "maps" in dir(guide)
    with pytest.raises(AttributeError, match="guide"):
        guide.sextant


def test_type_hints_resolve_at_run_time():
    from guide.trails.models import Item

    assert Item in store_module.hints()["return"].__args__


def test_source_of_a_handler_can_be_read():
    assert "must stay before" not in inspect.getsource(main.longest)
    assert "max(store.all()" in inspect.getsource(main.longest)


def test_debug_lines_go_to_the_logger_of_the_module(client, caplog):
    with caplog.at_level(logging.DEBUG, logger=main.log.name):
        client.get("/trails/longest")
    assert "longest of 3" in caplog.messages


class TestStepNames(unittest.TestCase):
    def setUp(self):
        patcher = mock.patch("guide.trails.store.Step")
        self.step = patcher.start()
        self.addCleanup(patcher.stop)
        self.step.kinds = []

    def test_unknown_step(self):
        with self.assertRaises(LookupError):
            store_module.step_named("Climb")

    @mock.patch.object(store_module, "step_named")
    def test_make_looks_the_name_up(self, named):
        item = store_module.TrailStore._make({"name": "x", "km": 1, "steps": ["Anything"]})
        named.assert_called_once_with("Anything")
        self.assertEqual(item.steps, [named.return_value.return_value])


@mock.patch("main.u.to_feet", return_value="many")
@mock.patch.dict("main.hut_models.HUTS", {7: main.hut_models.Item(name="Snow hole", beds=1)})
def test_stacked_patches(to_feet, client):
    assert client.get("/huts/7").text == "Snow hole: 1 beds, many ft"
    to_feet.assert_called_once_with(1000)
