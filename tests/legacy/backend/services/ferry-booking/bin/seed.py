#!/usr/bin/env python
"""Books a party of ten on n1, for demonstrations. Run: python bin/seed.py"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import store

if __name__ == "__main__":
    store.seats.take("n1", 10)
    print(store.bookings.add("n1", "demo", 10))
