from shop.config import Settings

CACHE_URL = "redis://cache:6379"

settings = Settings()
STORE_URL = settings.store_url
