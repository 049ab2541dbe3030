from unittest.mock import patch

import main
import rates

print(main.run(), rates.BASE)
with patch("rates.rate", return_value=1):
    print(main.run())
