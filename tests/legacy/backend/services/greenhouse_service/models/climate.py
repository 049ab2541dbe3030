from pydantic import BaseModel

LIMITS = {"temperature": (5, 40), "humidity": (20, 95), "light": (0, 1000)}


class ClimateReport(BaseModel):
    temperature: float
    humidity: float
    comfort: str
    lamp: bool
    heater: bool
    vents: int


def comfort(temperature: float, humidity: float) -> str:
    if temperature < 12 or temperature > 32:
        return "poor"
    return "good" if 40 <= humidity <= 80 else "fair"
