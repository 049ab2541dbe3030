from shop.config import settings

CACHE_URL = "redis://cache:6379"
LEVEL = settings.level
