from shop.config import Settings

settings = Settings()
QUEUE = settings.queue
