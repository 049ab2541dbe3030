from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    level: str = "INFO"

    class Config:
        env_file = ".env"


settings = Settings()
