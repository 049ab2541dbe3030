"""Use cases."""

from shop.domain.services import band, grade


def note(weight: int | None, remark: str | None) -> None:
    if weight is not None:
        WEIGHTS.labels(band(weight)).inc()
    if remark is not None:
        REMARKS.labels(grade(remark)).inc()
