#!/usr/bin/env python3
"""Prints the rates as CSV. Run at the top: python scripts/export_rates.py"""
import csv
import sys

sys.path[:0] = ["."]

from backend.services.tariff_service.rates import default_book

if __name__ == "__main__":
    writer = csv.writer(sys.stdout)
    book = default_book()
    for name in book:
        writer.writerow([name, book.find(name).per_minute])
