import importlib
import os

import shop.config


def test_region(monkeypatch):
    monkeypatch.setattr(os, "getenv", lambda name, default=None: "us")
    assert importlib.reload(shop.config).REGION == "us"
