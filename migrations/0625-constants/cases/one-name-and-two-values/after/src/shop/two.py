from shop.config import Settings

settings = Settings()
BASE_URL = settings.two_base_url
