"""Typed requests to billing."""

from vertice_clients.client import ServiceClient


class BillingClient:
    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def get_bill(self, number: int) -> object:
        return await self._client.request("GET", f"/bills/{number}", object)
