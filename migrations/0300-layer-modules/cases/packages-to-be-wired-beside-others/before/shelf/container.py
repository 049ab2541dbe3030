from dependency_injector import containers, providers

from shelf.orders.book import Book


class Container(containers.DeclarativeContainer):
    wiring_config = containers.WiringConfiguration(packages=["shelf"])
    book = providers.Singleton(Book)


class Small(containers.DeclarativeContainer):
    wiring_config = containers.WiringConfiguration(modules=["shelf.orders.routes"])
