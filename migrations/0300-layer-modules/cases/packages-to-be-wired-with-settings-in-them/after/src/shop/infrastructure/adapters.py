"""Adapters to the outside."""

from dependency_injector import containers, providers

from shop.config import AppSettings


class Container(containers.DeclarativeContainer):
    wiring_config = containers.WiringConfiguration(packages=["shop.infrastructure.common"])
    host = providers.Object(AppSettings().host)
