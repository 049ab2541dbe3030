from vertice_clients.factory import ClientFactory
from vertice_clients.registry import ServiceRegistry

SERVICE = "billing"


def create_billing_factory(url: str) -> ClientFactory:
    return ClientFactory(ServiceRegistry({SERVICE: url}))
