#!/usr/bin/env python3
"""python scripts/issue_token.py NAME — prints a token."""
import sys

sys.path.insert(0, ".")

from kiosk.main import KIOSK_SECRET
from kiosk.tokens import make

if __name__ == "__main__":
    print(make({"sub": sys.argv[1]}, KIOSK_SECRET))
