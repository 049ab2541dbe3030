import json
from pathlib import Path

RULES = json.loads((Path(__file__).parent / "rules.json").read_text())


def discount(name):
    return RULES[name]
