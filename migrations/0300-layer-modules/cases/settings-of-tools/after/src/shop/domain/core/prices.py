import warnings

class PriceWarning(UserWarning):
    pass

def price(weight: float) -> float:
    if weight > 100:
        warnings.warn("heavy", PriceWarning)
    return weight * 2
