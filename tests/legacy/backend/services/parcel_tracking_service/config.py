from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PARCEL_", env_file=".env", extra="ignore")

    port: int = 8103
    swift_url: str = "http://swift-carrier.invalid/api"
    timeout: float = 4.0
    give_up_after: int = 3


settings = Settings()
