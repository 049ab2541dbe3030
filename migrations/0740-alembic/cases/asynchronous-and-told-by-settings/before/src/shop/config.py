"""Settings."""


class Settings:
    """What the service is told."""

    database_url = "postgresql+asyncpg://db/shop"


settings = Settings()
