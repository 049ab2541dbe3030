import doctest

from guide import units


def test_examples_in_the_docstring():
    result = doctest.testmod(units)
    assert (result.attempted, result.failed) == (2, 0)


def test_factor_is_bound_at_definition(monkeypatch):
    monkeypatch.setattr(units, "FEET", 1)
    assert units.to_feet(1000) == 3281
    assert units.to_feet(1000, factor=units.FEET) == 1000
