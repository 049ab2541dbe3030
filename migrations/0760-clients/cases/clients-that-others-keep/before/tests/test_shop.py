from unittest.mock import AsyncMock, patch


def test_root():
    with patch("shop.infrastructure.clients.named.get", AsyncMock()):
        exec("from shop.infrastructure import clients\nclients.coded")
