"""Origins that may call a service which puts its middleware together itself."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class CorsSettings(BaseSettings):
    """Whose pages may call: `CORS_ORIGINS` is a JSON list of origins."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    cors_origins: list[str] = []


def allowed_origins() -> list[str]:
    """Return the origins that the environment names; none without it.

    Raises:
        ValueError: If a pattern is among them. With credentials every page of the
            world could act for its visitor, so each origin is named.
    """
    origins = CorsSettings().cors_origins
    if any("*" in origin for origin in origins):
        raise ValueError("CORS_ORIGINS names each origin, without *")
    return origins
