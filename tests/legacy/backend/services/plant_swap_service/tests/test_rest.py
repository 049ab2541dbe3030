import pytest
from fastapi.testclient import TestClient
from plant_swap.app import app
import plant_swap.kinds


@pytest.fixture()
def client():
    with TestClient(app) as c:
        yield c


def test_roundtrip(client):
    made = client.post('/rest/swappers', json={'name': 'Owl', 'street': 'Elm'})
    assert made.status_code == 201
    number = made.json()['id']
    client.post(f'/rest/swappers/{number}/offers', json={'kind': 'aloe', 'count': 3})
    read = client.get(f'/rest/swappers/{number}').json()
    assert read['offers'][0]['kind'] == 'aloe'
    assert client.get('/rest/offers?kind=mint').json() == []


def test_unknown(client):
    assert client.get('/rest/swappers/99').status_code == 404
    assert client.post('/rest/swappers/1/offers', json={'kind': 'triffid'}).status_code == 422


def test_monkeypatched_catalogue(client, monkeypatch):
    monkeypatch.setattr(plant_swap.kinds, 'known_kinds', lambda: ['triffid'])
    assert client.post('/rest/swappers/1/offers', json={'kind': 'triffid'}).status_code == 200


def test_monkeypatched_by_string(client, monkeypatch):
    monkeypatch.setattr('plant_swap.rest.kinds.is_known', lambda kind: True)
    assert client.post('/rest/swappers/1/offers', json={'kind': 'dodder'}).status_code == 200


def test_pages_are_not_in_the_document(client):
    paths = client.get('/openapi.json').json()['paths']
    assert '/' not in paths and '/rest/offers' in paths


def test_status(client):
    assert client.get('/status').json() == {'status': 'up', 'version': '1.1'}
