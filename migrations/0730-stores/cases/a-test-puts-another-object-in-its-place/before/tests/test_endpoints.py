from unittest.mock import patch

from shop.presentation import endpoints


def test_an_order_is_kept():
    with patch("shop.presentation.endpoints.orders", {}) as orders, patch.dict(endpoints.prices):
        endpoints.keep(1, 2)
    assert orders == {1: 2}
