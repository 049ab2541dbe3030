"""Shared code that leans on a service, the wrong way round."""
from ..services.tariff_service.rates import price_for


def cheapest(minutes):
    return min(("bike", "cargo"), key=lambda name: price_for(name, minutes))
