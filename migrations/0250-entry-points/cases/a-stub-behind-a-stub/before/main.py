from shop_app.factory import app

__all__ = ["app"]
