from sqlalchemy import event


def band(weight: int | None) -> str:
    return "heavy" if weight and weight > 30 else "light"


def grade(remark: str | None) -> str:
    return "good" if remark is None else "bad"


def note(weight: int | None, remark: str | None) -> None:
    if weight is not None:
        WEIGHTS.labels(band(weight)).inc()
    if remark is not None:
        REMARKS.labels(grade(remark)).inc()


def watch(engine: AsyncEngine) -> None:
    @event.listens_for(engine.pool, "checkin")
    def checkin(connection, record):
        POOL.labels("out").dec()
