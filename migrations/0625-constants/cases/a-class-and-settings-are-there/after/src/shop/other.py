from shop.config import Settings
from shop.main import CACHE_URL

settings = Settings()
STORE_URL = settings.store_url
