from unittest.mock import patch

from shop import main
from shop.domain import rates

print(main.run(), rates.BASE)
with patch("shop.domain.rates.rate", return_value=1):
    print(main.run())
