from shop import config
from shop.config import Settings

settings = Settings()
URL = settings.target_url
ITEM = config.Item()
