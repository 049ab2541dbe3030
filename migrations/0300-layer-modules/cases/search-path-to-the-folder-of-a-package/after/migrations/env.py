import os
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), os.pardir))
if ROOT not in sys.path:
    sys.path.insert(0, str(ROOT) + "/src")

from shop.domain.rates import RATE  # noqa: E402

print(RATE)
