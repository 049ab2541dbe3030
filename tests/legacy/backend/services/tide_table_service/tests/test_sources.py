# coding: latin-1
"""The bytes of the sources are part of the deal: an old editor still opens them."""
from pathlib import Path

import tides

HERE = Path(tides.__file__).parent


def test_the_constants_stay_latin():
    data = (HERE / "constants.py").read_bytes()
    assert "Südhafen".encode("latin-1") in data


def test_the_umlaut_of_this_file_is_read():
    assert len("ü") == 1
