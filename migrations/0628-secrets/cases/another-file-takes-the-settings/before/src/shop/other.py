from shop.client import settings
