import os

from pydantic_settings import BaseSettings

REGION = os.getenv("REGION", "eu")


class ShopSettings(BaseSettings):
    port: int = 8000
