from shop.config import Settings

settings = Settings()
BASE_URL = settings.base_url
