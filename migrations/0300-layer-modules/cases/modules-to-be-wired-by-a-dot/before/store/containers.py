import httpx
from dependency_injector import containers, providers


class Container(containers.DeclarativeContainer):
    wiring_config = containers.WiringConfiguration(modules=[".endpoints"])
    client = providers.Factory(httpx.Client, base_url="http://prices")
