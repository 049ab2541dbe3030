"""Tokens that are no longer good before they expire.

What is kept is an id and the moment at which it may be forgotten, since the token
would have expired by then.
"""

from collections.abc import Callable, Iterable
from time import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from redis.asyncio import Redis


class RevocationStore(Protocol):
    """Remembers ids of tokens."""

    async def revoke(self, token_id: str, *, until: float) -> bool:
        """Remember an id.

        Args:
            token_id: Id of a token, or of a family of tokens.
            until: When it may be forgotten, in seconds since 1970.

        Returns:
            Whether it was not there before. Of two calls at the same time only one
            is told so.
        """

    async def any_revoked(self, token_ids: Iterable[str]) -> bool:
        """Return whether one of some ids is there."""


class MemoryRevocations:
    """Ids in the memory of the process, for tests and single processes.

    Args:
        clock: Tells the seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float] = time) -> None:
        self._until: dict[str, float] = {}
        self._clock = clock

    async def revoke(self, token_id: str, *, until: float) -> bool:
        """Remember an id; what may be forgotten is."""
        now = self._clock()
        self._until = {known: end for known, end in self._until.items() if end > now}
        is_new = token_id not in self._until
        self._until[token_id] = until
        return is_new

    async def any_revoked(self, token_ids: Iterable[str]) -> bool:
        """Return whether one of some ids is there."""
        now = self._clock()
        return any(self._until.get(token_id, 0.0) > now for token_id in token_ids)


class RedisRevocations:
    """Ids in Redis (extra `redis`), for every replica of a service.

    Args:
        redis: A client; closing it is up to the caller.
        prefix: Beginning of the names of all keys.
        clock: Tells the seconds since 1970.
    """

    def __init__(
        self,
        redis: "Redis",
        *,
        prefix: str = "revoked:",
        clock: Callable[[], float] = time,
    ) -> None:
        self._redis = redis
        self._prefix = prefix
        self._clock = clock

    async def revoke(self, token_id: str, *, until: float) -> bool:
        """Remember an id."""
        seconds = max(int(until - self._clock()) + 1, 1)
        return bool(await self._redis.set(self._prefix + token_id, 1, ex=seconds, nx=True))

    async def any_revoked(self, token_ids: Iterable[str]) -> bool:
        """Return whether one of some ids is there."""
        keys = [self._prefix + token_id for token_id in token_ids]
        return bool(keys) and bool(await self._redis.exists(*keys))
