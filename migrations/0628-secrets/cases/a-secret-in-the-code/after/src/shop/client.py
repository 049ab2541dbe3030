from shop.config import Settings

settings = Settings()

API_KEY = settings.api_key.get_secret_value()
TOKEN = settings.token


def headers():
    return {"Authorization": settings.api_key.get_secret_value().strip(), "Password": Settings().db_password.get_secret_value()}
