from dataclasses import dataclass


@dataclass
class StockSettings:
    limit: int = 3
