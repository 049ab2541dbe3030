"""Barcodes, more or less."""
from zlib import crc32


def barcode(text: str) -> str:
    return f"{crc32(text.encode()):08x}"
