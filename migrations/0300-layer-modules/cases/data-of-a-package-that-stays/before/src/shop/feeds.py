import httpx


def latest() -> str:
    return httpx.get("http://feeds/latest").text
