from dataclasses import dataclass


@dataclass
class PricingSettings:
    limit: int = 3
