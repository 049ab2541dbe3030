import pytest

from shop.domain.core.prices import PriceWarning, price


def test_heavy_parcels_warn():
    with pytest.warns(PriceWarning):
        assert price(200) == 400
