from .routes import NAME
