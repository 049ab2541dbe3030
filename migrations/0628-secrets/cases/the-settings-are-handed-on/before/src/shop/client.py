from shop.config import Settings

settings = Settings()


def show():
    return str(settings)
