import httpx


class Store:
    client = httpx
