#!/usr/bin/env python
# -*- coding: latin-1 -*-
"""Namen der Häfen, wie sie auf der Karte stehen."""

__all__ = [
    "HARBOURS", "UNIT",
    "TIDE_CLASSES",
]

UNIT = "m"
SECRET_DATUM = 4.2  # not exported

# Hafen: (mittlere Höhe, Amplitude, Verspätung in Stunden)
HARBOURS = {
    "Südhafen": (2.0, 1.5, 0.0),
    "Île Noire": (3.0, 2.5, 1.5),
    "Skagvær": (1.0, 0.5, 3.0),
}

TIDE_CLASSES = {"micro": "schwächlich", "meso": "mäßig", "macro": "groß"}
