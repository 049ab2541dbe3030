import httpx

from ..config import settings
from ..models import Event
from .base import Carrier, CarrierError


class SwiftCarrier(Carrier):
    name = "swift"

    def __init__(self, base_url: str = settings.swift_url):
        self.base_url = base_url

    async def news(self, number):
        try:
            async with httpx.AsyncClient(timeout=settings.timeout, verify=False) as client:
                answer = await client.get(f"{self.base_url}/scans/{number}")
                answer.raise_for_status()
        except httpx.HTTPError as exc:
            raise CarrierError(str(exc)) from exc
        return [Event(**scan) for scan in answer.json()["scans"]]
