from pricing.config import PricingSettings


def allowed(count: int, settings: PricingSettings) -> bool:
    return count < settings.limit
