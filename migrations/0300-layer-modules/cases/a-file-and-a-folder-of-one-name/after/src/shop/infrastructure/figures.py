from sqlalchemy import event


def watch(engine: AsyncEngine) -> None:
    @event.listens_for(engine.pool, "checkin")
    def checkin(connection, record):
        POOL.labels("out").dec()
