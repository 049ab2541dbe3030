"""Orders as text."""

import json


def written(order):
    return json.dumps(order)
