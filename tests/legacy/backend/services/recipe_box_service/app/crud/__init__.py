from . import ingredient, recipe

__all__ = ["ingredient", "recipe"]
