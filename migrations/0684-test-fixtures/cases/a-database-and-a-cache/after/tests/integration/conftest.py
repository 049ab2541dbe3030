"""What the tests share."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A PostgreSQL: what `TEST_DATABASE_URL` names, else a container, else none."""
    url = os.environ.get("TEST_DATABASE_URL")
    if url:
        yield url
        return
    postgres = pytest.importorskip(
        "testcontainers.postgres", reason="no TEST_DATABASE_URL, and no testcontainers"
    )
    try:
        container = postgres.PostgresContainer("postgres:17-alpine", driver="asyncpg").start()
    except Exception as error:
        pytest.skip(f"no TEST_DATABASE_URL, and no container: {error}")
    try:
        yield container.get_connection_url()
    finally:
        container.stop()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis: what `TEST_REDIS_URL` names, else a container, else none."""
    url = os.environ.get("TEST_REDIS_URL")
    if url:
        yield url
        return
    redis = pytest.importorskip(
        "testcontainers.redis", reason="no TEST_REDIS_URL, and no testcontainers"
    )
    try:
        container = redis.RedisContainer("redis:7-alpine").start()
    except Exception as error:
        pytest.skip(f"no TEST_REDIS_URL, and no container: {error}")
    try:
        host, port = container.get_container_host_ip(), container.get_exposed_port(6379)
        yield f"redis://{host}:{port}/0"
    finally:
        container.stop()
