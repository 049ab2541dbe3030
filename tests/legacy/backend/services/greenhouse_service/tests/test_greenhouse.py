import os
import sys
from unittest import mock
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, os.path.abspath(os.path.join(os.path.dirname(__file__), "..")))

import control
from main import app


@pytest.fixture
def client():
    with TestClient(app) as running:
        yield running


def sensors(**values):
    return lambda kind: values[kind]


def test_startup_plants_the_schedule(client):
    assert [bed["species"]["name"] for bed in client.get("/beds").json()] == ["tomato", "basil"]
    assert client.get("/health").json()["status"] == "healthy"


def test_shutdown_cuts_the_power():
    with TestClient(app):
        assert control.is_powered()
    assert control._powered is False
    assert TestClient(app).get("/health").json()["status"] == "degraded"


def test_no_power_is_503():
    response = TestClient(app).post("/climate/regulate")
    assert response.status_code == 503
    assert response.text == "greenhouse: no power"


def test_put_bed(client):
    assert client.put("/beds/3", json={"species": "cactus"}).json()["species"]["thirst"] == 0.1
    assert client.put("/beds/3", json={"species": "oak"}).status_code == 400


def test_water_uses_the_global_counter(client):
    before = control.litres_used()
    answer = client.post("/beds/1/water", params={"litres": 1.5}).json()
    assert answer == {"bed": 1, "given": 1.5, "total": before + 1.5}
    assert client.get("/diary").json()[-1] == "bed 1: 1.5 l"
    assert client.post("/beds/99/water").status_code == 404


def test_water_is_looked_up_in_api(client):
    with patch("api.water", return_value=10.0) as valve:
        client.post("/beds/2/water")
    valve.assert_called_once_with(2, 2.0)


# read_sensor is looked up by report() and by regulate()
def test_sensor_patch_reaches_report(client):
    with patch("control.read_sensor", sensors(temperature=20.0, humidity=50.0)):
        answer = client.get("/climate").json()
    assert answer["comfort"] == "good" and answer["temperature"] == 20.0


@pytest.mark.parametrize(
    "temperature, light, actions",
    [(10, 500, ["heater on"]), (30, 500, ["vents 1"]), (20, 100, ["lamp on"]), (20, 500, [])],
)
def test_sensor_patch_reaches_regulate(client, temperature, light, actions):
    with patch("control.read_sensor", side_effect=sensors(temperature=temperature, light=light)):
        assert client.post("/climate/regulate").json() == {"actions": actions}


def test_setters_are_looked_up_in_control(client):
    with mock.patch("control.set_lamp") as lamp, mock.patch("control.set_heater") as heater:
        with mock.patch("control.read_sensor", lambda kind: 1):
            control.regulate()
    lamp.assert_called_once_with(True)
    heater.assert_called_once_with(True)


def test_comfort_is_looked_up_where_it_was_imported():
    with patch("control.comfort", return_value="heavenly"), patch("models.climate.comfort", return_value="wrong"):
        assert control.report().comfort == "heavenly"


def test_clock_is_patched_in_control(client):
    with patch("control.time.time", return_value=77.0):
        control.regulate()
    assert control._last_regulation == 77.0


def test_random_is_patched(client):
    with patch("control.random.uniform", return_value=33.33):
        assert client.get("/climate").json()["temperature"] == 33.3


def test_pests_are_imported_by_string(client):
    assert client.get("/pests/aphid").json()["enemy"] == "ladybird"
    assert client.get("/pests/snail").json() == {"name": "snail", "advice": "copper tape", "enemy": "patience"}
    assert client.get("/pests/mammoth").status_code == 404
    assert "pests.aphid" in sys.modules


def test_attribute_that_is_not_there_yet():
    with patch("control._vent_motor", create=True) as motor:
        assert control._vent_motor is motor
    assert not hasattr(control, "_vent_motor")


def test_folder_wins_over_the_file():
    import models

    assert models.__file__.endswith(os.path.join("models", "__init__.py"))
    assert "number" in models.Bed.model_fields
