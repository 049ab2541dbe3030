from core.deep.more import PART
from main import run


def test_run():
    assert run
    assert PART
