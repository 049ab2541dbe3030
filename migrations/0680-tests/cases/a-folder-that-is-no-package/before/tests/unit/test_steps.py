from steps import STEPS


def test_steps() -> None:
    assert STEPS
