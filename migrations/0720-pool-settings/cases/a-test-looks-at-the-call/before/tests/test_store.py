import asyncio
from unittest.mock import AsyncMock, patch

import store


def test_the_pool_is_made_once():
    with patch("store.asyncpg.create_pool", new_callable=AsyncMock) as made:
        asyncio.run(store.connect())
    made.assert_called_once_with("postgresql://db/shop")
