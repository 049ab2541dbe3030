"""Tortoise and Beanie where they are installed, our own few lines where not."""

try:
    from tortoise import Tortoise, fields
    from tortoise.models import Model
except ImportError:
    from .local_orm import Model, Tortoise, fields

try:
    from beanie import Document, init_beanie
except ImportError:
    from .local_orm import Document, init_beanie

__all__ = ["Document", "Model", "Tortoise", "fields", "init_beanie"]
