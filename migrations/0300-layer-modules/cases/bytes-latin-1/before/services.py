# -*- coding: latin-1 -*-
CAFE = "café"


def total(items):
    return len(CAFE)
