CACHE_URL = "redis://cache:6379"
STORE_URL = "redis://store:6379"
