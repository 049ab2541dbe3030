"""Where the secrets lie."""

import os
from pathlib import Path

HERE = os.path.dirname(os.path.realpath(__file__))
SECRETS = os.path.join(HERE, "../../..", "..", ".env")
PARENT = os.path.join(os.path.dirname(__file__), "../../../../app", "local.env")
ROOT = Path(__file__).resolve().parent.parent
TOP = ROOT.parents[2]


def read() -> list[str]:
    """The lines of the secrets."""
    return open(SECRETS).readlines() + open(PARENT).readlines() + open(TOP / ".env").readlines()
