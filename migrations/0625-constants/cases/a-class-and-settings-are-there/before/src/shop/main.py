from shop.config import Settings

settings = Settings()

PORT = int(settings.port)
CACHE_URL = "redis://cache:6379"
