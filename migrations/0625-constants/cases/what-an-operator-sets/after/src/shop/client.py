from shop.config import Settings

settings = Settings()
REDIS_URL: str = settings.redis_url
API_KEY = settings.api_key
