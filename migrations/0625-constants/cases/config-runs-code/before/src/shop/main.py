CACHE_URL = "redis://cache:6379"
