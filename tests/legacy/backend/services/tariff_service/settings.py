import os
from dataclasses import dataclass, field


@dataclass
class TariffSettings:
    name: str = "tariff"
    port: int = field(default_factory=lambda: int(os.environ.get("TARIFF_PORT", "8112")))
    rush_hours: tuple = (7, 8, 17)
    rush_factor: float = float(os.environ.get("RUSH_FACTOR", "1.5"))


_settings = None


def get_settings() -> TariffSettings:
    global _settings
    if _settings is None:
        _settings = TariffSettings()
    return _settings
