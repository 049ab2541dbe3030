import httpx
from dependency_injector import containers, providers


class Container(containers.DeclarativeContainer):
    client = providers.Factory(httpx.Client)
