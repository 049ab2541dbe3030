import os
from functools import lru_cache


class Settings:
    PORT = int(os.environ.get("STATION_PORT", 8102))
    STATIONS = os.environ.get("STATIONS", "harbour,hill,mill").split(",")
    ALARM_ABOVE = float(os.environ.get("ALARM_ABOVE", "35"))
    POLL_SECONDS = float(os.environ.get("POLL_SECONDS", "0"))
    WINDOW = 3
    REDIS_URL = os.environ.get("REDIS_URL", "redis://redis:6379/3")  # not used yet


@lru_cache()
def get_settings():
    return Settings()
