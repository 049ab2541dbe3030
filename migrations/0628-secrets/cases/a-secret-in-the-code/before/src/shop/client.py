from shop.config import Settings

settings = Settings()

API_KEY = settings.api_key
TOKEN = settings.token


def headers():
    return {"Authorization": settings.api_key.strip(), "Password": Settings().db_password}
