from datetime import date
from unittest import mock

import pytest
from fastapi.testclient import TestClient

from plant_swap import app as app_module
from plant_swap import database
from plant_swap.filters import plural


@pytest.fixture
def client():
    with TestClient(app_module.app) as running:
        yield running


def test_home_page(client):
    client.post('/offer', data={'name': 'Wren', 'kind': 'mint', 'count': 2})
    body = client.get('/').text
    assert '<h1>Plant swap</h1>' in body
    assert '2 mints, any time' in body
    assert '4 kinds' in body


def test_offer_redirects_home(client):
    answer = client.post('/offer', data={'name': 'Wren', 'kind': 'aloe'}, follow_redirects=False)
    assert (answer.status_code, answer.headers['location']) == (303, '/')


def test_style_sheet_is_served(client):
    assert 'font-family' in client.get('/static/site.css').text
    assert 'href="http://testserver/static/site.css"' in client.get('/').text


def test_kinds_are_looked_up_in_pages(client):
    with mock.patch('plant_swap.pages.known_kinds', return_value=['one']):
        assert '1 kind' in client.get('/').text


def test_date_is_patched_in_filters(client):
    with mock.patch('plant_swap.filters.date') as fake:
        fake.today.return_value = date(2024, 1, 1)
        database_id = client.post('/rest/swappers', json={'name': 'Owl'}).json()['id']
        client.post(f'/rest/swappers/{database_id}/offers', json={'kind': 'mint', 'until': '2024-01-11'})
        assert '10 days' in client.get('/').text


def test_startup_calls_init_db():
    with mock.patch('plant_swap.app.init_db') as init:
        with TestClient(app_module.app):
            pass
    init.assert_called_once_with('sqlite://')


def test_plural():
    assert plural(1, 'x') == '1 x'


def test_engine_is_rebound():
    first = database.init_db('sqlite://')
    assert database.engine is first
    assert database.init_db('sqlite://') is not first
