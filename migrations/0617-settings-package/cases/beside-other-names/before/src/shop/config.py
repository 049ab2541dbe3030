from pydantic import BaseSettings, Field


class Settings(BaseSettings):
    port: int = Field(8000)
