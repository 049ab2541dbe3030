"""Settings of a service: read from the environment once, checked as a whole.

A service subclasses `ServiceSettings`, sets its prefix and its port, and loads
it through `load_settings`, which names every missing or wrong variable in one
error instead of one per attempt.
"""

from enum import StrEnum
from typing import TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from .exceptions import ConfigurationError
from .logging import LogFormat, LogLevel

SettingsT = TypeVar("SettingsT", bound="ServiceSettings")


class Environment(StrEnum):
    """Where a service runs."""

    DEVELOPMENT = "development"
    TEST = "test"
    STAGING = "staging"
    PRODUCTION = "production"


class ServiceSettings(BaseSettings):
    """What every service can be told from outside.

    Values come, in this order, from arguments, the environment, a `.env` file
    in the working directory, and the defaults below.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
    )

    service_name: str = Field(min_length=1)
    service_version: str = "0.0.0"
    environment: Environment = Environment.DEVELOPMENT

    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    shutdown_timeout_seconds: int = Field(default=20, ge=1)

    log_level: LogLevel = "INFO"
    log_format: LogFormat = "json"
    otlp_endpoint: str | None = Field(
        default=None,
        description="Base URL of an OTLP/HTTP collector; tracing is off without it.",
    )


def load_settings(settings_type: type[SettingsT]) -> SettingsT:
    """Read the settings from the environment.

    Args:
        settings_type: The settings class of the service.

    Returns:
        The checked settings.

    Raises:
        ConfigurationError: If a value is missing or wrong. The message names
            every variable concerned and repeats no value, since values may be
            secrets.
    """
    try:
        return settings_type()
    except ValidationError as error:
        prefix = settings_type.model_config.get("env_prefix", "")
        problems = [_describe(prefix, item["loc"], item["msg"]) for item in error.errors()]
    except SettingsError as error:
        problems = [str(error)]
    raise ConfigurationError("; ".join(problems))


def _describe(prefix: str, location: tuple[int | str, ...], message: str) -> str:
    variable = prefix + "__".join(str(part) for part in location)
    return f"{variable.upper()}: {message[:1].lower()}{message[1:]}"
