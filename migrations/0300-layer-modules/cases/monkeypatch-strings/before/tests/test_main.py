import sys

import main


def test_answer(monkeypatch):
    monkeypatch.setattr("services.total", lambda items: 9)
    monkeypatch.setitem(sys.modules, "services_extra", None)
    monkeypatch.delattr("main.services.total")


def test_modules():
    assert "services" in sys.modules
    sys.modules.pop("services", None)
    assert sys.modules.get("main") is main
