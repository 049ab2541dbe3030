from dependency_injector import containers, providers

from shop.domain.shelf.orders.book import Book


class Container(containers.DeclarativeContainer):
    wiring_config = containers.WiringConfiguration(packages=["shop.domain.shelf", "shop.infrastructure.shelf", "shop.presentation.shelf"])
    book = providers.Singleton(Book)


class Small(containers.DeclarativeContainer):
    wiring_config = containers.WiringConfiguration(modules=["shop.presentation.shelf.orders.routes"])
