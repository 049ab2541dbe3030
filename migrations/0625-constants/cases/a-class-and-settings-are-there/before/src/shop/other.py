from shop.main import CACHE_URL

STORE_URL = "redis://store:6379"
