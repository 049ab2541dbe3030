"""Unit tests for Weather Station Service (api.py).

The hub and the forecaster are mocked where only the API logic matters.
"""

import sys
from unittest.mock import Mock, patch

import pytest
import pytest_asyncio
from httpx import AsyncClient

# Mock the driver before importing
sys.modules["mastdriver"] = Mock()

sys.path.insert(0, "/home/dev/atelier/backend/services/weather_station_service")
import api
from api import app
from models import *
from sensors.hub import SensorHub


@pytest_asyncio.fixture
async def client():
    async with AsyncClient(app=app, base_url="http://test") as ac:
        yield ac


@pytest.fixture
def hub():
    real = SensorHub(["hill", "mill", "harbour"])
    with patch("api.sensor_hub", real):
        api.reset_counters()
        yield real


@pytest.mark.asyncio
class TestReadings:
    async def test_not_configured(self, client):
        with patch("api.sensor_hub", None):
            response = await client.post("/api/v1/readings", json={"station": "hill", "value": 3})
        assert response.status_code == 500
        assert "not configured" in response.json()["detail"]

    async def test_reading_is_corrected_for_drift(self, client, hub):
        response = await client.post("/api/v1/readings", json={"station": "hill", "value": 10})
        assert response.status_code == 200
        assert response.json()["value"] == 9.5
        assert hub.history("hill") == [9.5]

    async def test_unknown_station(self, client, hub):
        response = await client.post("/api/v1/readings", json={"station": "moon", "value": 10})
        assert response.status_code == 404

    async def test_mocked_hub_is_called(self, client):
        hub = Mock()
        hub.store.return_value = Reading(station="x", value=50)
        with patch("api.sensor_hub", hub):
            response = await client.post("/api/v1/readings", json={"station": "x", "value": 50})
        assert response.status_code == 200
        hub.store.assert_called_once_with("x", 50)

    async def test_drift_is_looked_up_in_the_hub_module(self, client, hub):
        with patch("sensors.hub.correct", return_value=77.0):
            response = await client.post("/api/v1/readings", json={"station": "hill", "value": 10})
        assert response.json()["value"] == 77.0


@pytest.mark.asyncio
class TestGlobals:
    async def test_counter_is_rebound_and_read(self, client, hub):
        await client.post("/api/v1/readings", json={"station": "hill", "value": 10})
        await client.post("/api/v1/readings", json={"station": "mill", "value": 10})
        assert api.samples_seen == 2
        assert (await client.get("/api/v1/stats")).json()["samples_seen"] == 2
        await client.delete("/api/v1/stats")
        assert api.samples_seen == 0
        assert api.last_sample_at is None

    async def test_alarm_from_settings_object(self, client, hub):
        with patch.object(api.settings, "ALARM_ABOVE", 5):
            await client.post("/api/v1/readings", json={"station": "harbour", "value": 6})
            body = (await client.get("/api/v1/alarms")).json()
        assert body == {"above": 5, "alarms": [{"station": "harbour", "value": 6.0}]}

    async def test_lifespan_rebinds_the_hub(self):
        assert api.sensor_hub is None
        async with api.lifespan(app):
            assert isinstance(api.sensor_hub, SensorHub)
            async with AsyncClient(app=app, base_url="http://test") as ac:
                assert (await ac.get("/health")).json()["components"]["hub"] == "available"
        assert api.sensor_hub is None


@pytest.mark.asyncio
async def test_forecast(client, hub):
    api.forecaster = api.Forecaster(window=3)
    for value in (1, 2, 3):
        await client.post("/api/v1/readings", json={"station": "harbour", "value": value})
    assert (await client.get("/api/v1/forecast/harbour")).json() == {"station": "harbour", "next_value": 3.0, "based_on": 3}
    assert (await client.get("/api/v1/forecast/mill")).status_code == 404
    with patch("api.forecaster") as mocked:
        mocked.predict.return_value = 42.0
        assert (await client.get("/api/v1/forecast/harbour")).json()["next_value"] == 42.0
    api.forecaster = None


def test_poll_loop_is_started_by_name():
    with patch("api.poll_forever") as poll, patch("api.asyncio.create_task") as create:
        with patch.object(api.settings, "POLL_SECONDS", 9.0):
            import asyncio

            async def run():
                async with api.lifespan(app):
                    pass

            asyncio.run(run())
    poll.assert_called_once_with(9.0)
    create.assert_called_once()
    create.return_value.cancel.assert_called_once()


@pytest.mark.asyncio
async def test_poll_counts_and_alarms():
    import asyncio

    hub = Mock()
    hub.poll.side_effect = [[Reading(station="hill", value=99.0)], asyncio.CancelledError]
    api.reset_counters()
    with patch("api.sensor_hub", hub):
        with pytest.raises(asyncio.CancelledError):
            await api.poll_forever(0)
    assert api.samples_seen == 1
    assert api.alarm_log == [{"station": "hill", "value": 99.0}]
    api.reset_counters()
