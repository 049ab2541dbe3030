class TariffError(Exception):
    code = "tariff"


class UnknownRate(TariffError):
    code = "unknown_rate"

    def __init__(self, name):
        super().__init__(f"no rate called {name}")
