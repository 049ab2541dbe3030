"""Letters."""

from shop.domain.places import APP_DIR


def letter(name: str) -> str:
    """The text of a letter."""
    return (APP_DIR / "templates" / f"{name}.txt").read_text()
