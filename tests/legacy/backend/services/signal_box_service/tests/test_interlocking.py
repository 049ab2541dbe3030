import os
import sys
from unittest.mock import Mock, patch

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

from interlocking.rules import Conflict, check
from models import Aspect


def test_conflict():
    with pytest.raises(Conflict, match="A against B"):
        check("A", Aspect.CLEAR, {"B": Aspect.CLEAR})


def test_stop_is_always_allowed():
    check("A", Aspect.STOP, {"B": Aspect.CLEAR})


def test_table_can_be_patched():
    with patch("interlocking.rules.CONFLICTS", {}):
        check("A", Aspect.CLEAR, {"B": Aspect.CLEAR})


def test_client():
    from api import SignalClient

    with patch("api.client.httpx.put", return_value=Mock(status_code=200)) as put:
        assert SignalClient("http://box").clear("A")
    assert put.call_args.args == ("http://box/signals/A",)
