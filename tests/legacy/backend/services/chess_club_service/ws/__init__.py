from .sending import safe_send

__all__ = ("safe_send",)
