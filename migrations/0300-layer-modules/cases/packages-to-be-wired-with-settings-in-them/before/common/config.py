from pydantic_settings import BaseSettings


class AppSettings(BaseSettings):
    host: str = "prices"
