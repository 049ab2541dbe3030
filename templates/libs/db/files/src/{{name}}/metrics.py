"""The connection pool for Prometheus: how many connections there are and are in use."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import QueuePool

from .session import Database


class PoolCollector(Collector):
    """Shows the pool of a database; register it with the registry of the service.

    A SQLite database in memory has one connection and no pool: it shows nothing.

    Args:
        database: Whose pool.
        name: Tells several databases of a service apart.
    """

    def __init__(self, database: Database, *, name: str = "default") -> None:
        self._database = database
        self._name = name

    def collect(self) -> Iterator[Metric]:
        """Return the metrics of this moment."""
        pool = self._database.engine.pool
        if not isinstance(pool, QueuePool):
            return
        gauge = GaugeMetricFamily(
            "db_pool_connections",
            "Connections by what they do",
            labels=["database", "state"],
        )
        gauge.add_metric([self._name, "in-use"], pool.checkedout())
        gauge.add_metric([self._name, "idle"], pool.checkedin())
        gauge.add_metric([self._name, "overflow"], max(pool.overflow(), 0))
        limit = GaugeMetricFamily(
            "db_pool_size",
            "Connections that are kept open",
            labels=["database"],
        )
        limit.add_metric([self._name], pool.size())
        yield from (gauge, limit)
