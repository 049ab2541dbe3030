import requests


def test_it_answers() -> None:
    assert requests.get("http://localhost:8000/health", timeout=5).ok
