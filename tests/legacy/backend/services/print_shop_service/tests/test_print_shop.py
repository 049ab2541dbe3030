import logging
import os
import pickle
import pydoc
import sys
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient

sys.path.insert(0, os.path.join(os.path.dirname(__file__), os.pardir))

import logs
import main
import plugins
from jobs import JobState, PrintJob
from press import broker as broker_module
from press.ink import Ink


@pytest.fixture
def client():
    Ink._shared = None
    main.JOBS.clear()
    plugins.forget()
    logs.TicketHandler.tickets.clear()
    with TestClient(main.app) as c:
        yield c


def test_archive_is_unpickled_at_startup(client):
    assert client.get("/health").json()["jobs"] == 2
    assert isinstance(main.JOBS[42], PrintJob)
    assert main.JOBS[41].state is JobState.PRINTED
    assert client.get("/jobs/42").json()["tags"] == ["rush"]


def test_job_goes_through_the_tasks(client):
    answer = client.post("/jobs", json={"text": "a\n\nb\n" * 30, "copies": 2})
    assert answer.status_code == 202
    assert answer.json() == {"number": 43, "pages": 2, "cost": 0.4}
    assert client.get("/ink").json()["left"] == 98.5


def test_unknown_paper(client):
    assert client.post("/jobs", json={"text": "x", "paper": "gold"}).json() == {"detail": "no paper gold"}


def test_papers_come_from_dotted_paths(client):
    assert client.get("/papers").json() == {"glossy": 30, "matte": 40}


def test_every_task_has_its_queue(client):
    assert client.get("/tasks").json() == {
        "billing.price": "money",
        "maintenance.refill": "quick",
        "press.tasks.paginate": "slow",
        "press.tasks.render": "slow",
    }


def test_discount_is_looked_up_in_billing(client):
    with patch("billing.DISCOUNT_FROM", 1):
        assert client.post("/jobs", json={"text": "a"}).json()["cost"] == 0.09


def test_broker_is_looked_up_in_main(client):
    with patch("main.broker") as fake:
        fake.send_task.return_value = 5
        assert client.post("/jobs", json={"text": "a"}).json()["pages"] == 5
    assert fake.send_task.call_count == 3


def test_patched_task_is_not_the_registered_one(client):
    with patch("press.tasks.render", side_effect=AssertionError):
        assert client.post("/jobs", json={"text": "a"}).status_code == 202


def test_log_is_formatted_and_filtered(client):
    Ink.shared().use(95)
    client.post("/jobs", json={"text": "a"})
    tickets = client.get("/log").json()
    assert "corner print_shop: job 43 printed" in tickets
    assert any(line.endswith("used 95.00") for line in tickets)
    assert not any("jam" in line for line in tickets)


def test_ink_is_chatty():
    assert Ink.shared() and logging.getLogger(Ink.__module__).isEnabledFor(logging.DEBUG)


def test_pickle_travels(client):
    job = pickle.loads(client.get("/jobs/41/pickle").content)
    assert job == main.JOBS[41]


def test_class_is_found_by_its_dotted_name():
    assert pydoc.locate("jobs.PrintJob") is PrintJob
    assert pydoc.locate("press.broker") is broker_module


def test_refill():
    assert broker_module.broker.send_task("maintenance.refill") == "full"


def test_console_script_starts_the_app():
    from uvicorn.importer import import_from_string

    with patch("uvicorn.run") as run:
        main.run()
    assert import_from_string(run.call_args.args[0]) is main.app
