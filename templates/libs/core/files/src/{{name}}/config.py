"""Settings of a service: read from the environment once, checked as a whole.

A service subclasses `ServiceSettings`, sets its prefix and its port, and loads
it through `load_settings`, which names every missing or wrong variable in one
error instead of one per attempt.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from .exceptions import ConfigurationError
from .flags import FeatureFlags
from .logging import LogFormat, LogLevel

SECRETS_FOLDER_VARIABLE = "SECRETS_FOLDER"
SETTINGS_FILE_VARIABLE = "SETTINGS_FILE"
_SECRETS_FOLDER = "/run/secrets"
_LISTS = frozenset({list, tuple, set, frozenset})

SettingsT = TypeVar("SettingsT", bound="ServiceSettings")


class Environment(StrEnum):
    """Where a service runs."""

    DEVELOPMENT = "development"
    TEST = "test"
    STAGING = "staging"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class NotInProduction:
    """Marks a setting of which some values are good for development only.

    `url: Annotated[str, NotInProduction("name a PostgreSQL database", "sqlite")]` stops a
    service that runs in production from starting with SQLite.

    Attributes:
        instead: What to do instead, for whoever starts the service.
        beginning: Values that begin with this are meant; without it, missing ones.
    """

    instead: str
    beginning: str | None = None

    def is_meant(self, value: object) -> bool:
        """Return whether a value is good for development only."""
        return not value if self.beginning is None else str(value).startswith(self.beginning)


class ServiceSettings(BaseSettings):
    """What every service can be told from outside.

    The first of these that names a value counts: arguments, the environment, a
    `.env` file in the working directory, files named after their variable in the
    folder of secrets (`SECRETS_FOLDER`, by default where containers mount them),
    the TOML file that the service's `SETTINGS_FILE` names, the defaults below.

    A list is written as JSON or separated by commas, anything else that consists of
    several values as JSON.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        enable_decoding=False,
        extra="ignore",
        frozen=True,
    )

    service_name: str = Field(min_length=1)
    service_version: str = "0.0.0"
    environment: Environment = Environment.DEVELOPMENT
    allowed_in_production: list[str] = Field(
        default=[],
        description="Settings that may stay as for development in production: `database_url`.",
    )

    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    shutdown_timeout_seconds: int = Field(default=20, ge=1)

    log_level: LogLevel = "INFO"
    log_format: LogFormat = "json"
    otlp_endpoint: str | None = Field(
        default=None,
        description="Base URL of an OTLP collector; traces and metrics stay here without it.",
    )
    otlp_protocol: Literal["http", "grpc"] = "http"
    trace_sample_ratio: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="Part of the traces that begin here which is recorded.",
    )
    feature_flags: str = Field(
        default="",
        description="Switches declared flags: `name=on,other=25%,third=alice|bob`.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Add the folder of secrets and the settings file where they are there.

        Raises:
            SettingsError: If the settings file is named and cannot be read.
        """
        del file_secret_settings
        sources = [init_settings, env_settings, dotenv_settings]
        secrets = Path(os.environ.get(SECRETS_FOLDER_VARIABLE, _SECRETS_FOLDER))
        if secrets.is_dir():
            sources.append(SecretsSettingsSource(settings_cls, secrets_dir=secrets))
        prefix = settings_cls.model_config.get("env_prefix", "")
        file = os.environ.get(prefix + SETTINGS_FILE_VARIABLE)
        if file is not None:
            sources.append(_toml_source(settings_cls, Path(file)))
        return tuple(sources)

    @field_validator("*", mode="before")
    @classmethod
    def _read_several(cls, value: object, info: ValidationInfo) -> object:
        field = cls.model_fields[info.field_name or ""]
        return _several(value, field.annotation) if isinstance(value, str) else value

    def unfit_for_production(self) -> Mapping[str, str]:
        """Return what to do instead of each value that is good for development only.

        Those that `allowed_in_production` names are left out.
        """
        allowed = {name.lower() for name in self.allowed_in_production}
        return {
            name: mark.instead
            for name, field in type(self).model_fields.items()
            for mark in field.metadata
            if isinstance(mark, NotInProduction)
            and name not in allowed
            and mark.is_meant(getattr(self, name))
        }

    def flags(self, **declared: bool) -> FeatureFlags:
        """Return the feature flags of the service.

        Args:
            declared: Every flag that the code asks for, with its default.

        Raises:
            ConfigurationError: If `feature_flags` switches one that is not declared.
        """
        return FeatureFlags(declared, self.feature_flags)


def load_settings(settings_type: type[SettingsT]) -> SettingsT:
    """Read the settings from the environment.

    Args:
        settings_type: The settings class of the service.

    Returns:
        The checked settings.

    Raises:
        ConfigurationError: If a value is missing or wrong, or good for development
            only where the service runs in production. The message names every
            variable concerned and repeats no value, since values may be secrets.
    """
    prefix = settings_type.model_config.get("env_prefix", "")
    try:
        settings = settings_type()
    except ValidationError as error:
        problems = [_describe(prefix, item["loc"], item["msg"]) for item in error.errors()]
    except SettingsError as error:
        problems = [str(error)]
    else:
        problems = _unfit(settings, prefix)
        if not problems:
            return settings
    raise ConfigurationError("; ".join(problems))


def _unfit(settings: ServiceSettings, prefix: str) -> list[str]:
    if settings.environment is not Environment.PRODUCTION:
        return []
    problems = [
        _describe(prefix, (name,), instead)
        for name, instead in settings.unfit_for_production().items()
    ]
    way_out = f"{prefix.upper()}ALLOWED_IN_PRODUCTION names what may stay as it is"
    return [*problems, way_out] if problems else []


def _toml_source(settings_type: type[BaseSettings], file: Path) -> TomlConfigSettingsSource:
    try:
        file.read_bytes()
        return TomlConfigSettingsSource(settings_type, toml_file=file)
    except (OSError, ValueError) as error:
        raise SettingsError(f"the settings file {file} cannot be read: {error}") from error


def _several(text: str, annotation: object) -> object:
    kinds = {get_origin(part) or part for part in (annotation, *get_args(annotation))}
    has_models = any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds)
    if not (has_models or dict in kinds or kinds & _LISTS):
        return text
    if text.lstrip().startswith(("[", "{")):
        try:
            return json.loads(text)
        except ValueError:
            return text
    if has_models or dict in kinds:
        return text
    return [part.strip() for part in text.split(",") if part.strip()]


def _describe(prefix: str, location: tuple[int | str, ...], message: str) -> str:
    variable = prefix + "__".join(str(part) for part in location)
    return f"{variable.upper()}: {message[:1].lower()}{message[1:]}"
