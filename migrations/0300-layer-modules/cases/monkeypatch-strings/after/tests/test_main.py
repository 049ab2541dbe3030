import sys

from shop import main


def test_answer(monkeypatch):
    monkeypatch.setattr("shop.application.services.total", lambda items: 9)
    monkeypatch.setitem(sys.modules, "services_extra", None)
    monkeypatch.delattr("shop.main.services.total")


def test_modules():
    assert "shop.application.services" in sys.modules
    sys.modules.pop("shop.application.services", None)
    assert sys.modules.get("shop.main") is main
