REDIS_URL: str = "redis://cache:6379"
API_KEY = "changeme"
