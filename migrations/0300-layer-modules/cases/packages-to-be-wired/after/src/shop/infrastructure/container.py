from dependency_injector import containers, providers

from shop.domain.orders.book import Book


class Container(containers.DeclarativeContainer):
    wiring_config = containers.WiringConfiguration(packages=["shop"])
    book = providers.Singleton(Book)


class Small(containers.DeclarativeContainer):
    wiring_config = containers.WiringConfiguration(modules=["shop.presentation.orders.routes"])
