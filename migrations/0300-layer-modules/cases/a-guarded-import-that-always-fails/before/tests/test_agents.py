import sys
from unittest import mock

from agents.base import Agent


def test_alone() -> None:
    assert Agent().start() == "alone"


def test_stand_in() -> None:
    with mock.patch.dict(sys.modules, {"main": mock.Mock(started=2)}):
        assert Agent().start() == "with 2"
