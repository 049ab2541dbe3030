from shop.config import Settings

settings = Settings()
