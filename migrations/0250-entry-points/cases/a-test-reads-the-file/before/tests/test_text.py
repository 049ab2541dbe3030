from pathlib import Path


def test_text():
    assert "api" in Path("main.py").read_text()
