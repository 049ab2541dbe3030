"""Cron expressions, read as cron reads them: its week begins with Sunday."""

from datetime import datetime, timedelta

from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]

_FIELDS = 5
_NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DAYS = {name: day for day, name in enumerate(_NAMES)} | {str(day): day for day in range(8)}
_INSTANT = timedelta(microseconds=1)


def trigger_of(expression: str) -> CronTrigger:
    """Return when an expression fires, in UTC.

    Args:
        expression: Minute, hour, day, month and day of the week, which is a name or a
            number: Sunday is 0 and 7. If both days are given, both have to fit.

    Raises:
        ValueError: If it cannot be read.
    """
    fields = expression.split()
    if len(fields) == _FIELDS:
        # APScheduler counts from Monday, but knows the names.
        days = [day for item in fields[-1].split(",") for day in _days(item)]
        fields[-1] = ",".join(_NAMES[day % 7] for day in days)
    return CronTrigger.from_crontab(" ".join(fields), timezone="UTC")


def latest(trigger: CronTrigger, now: datetime, within: timedelta) -> datetime | None:
    """Return the last time that a trigger had before now, if there is one within a span."""
    found, due = None, trigger.get_next_fire_time(None, now - within)
    while due is not None and due <= now:
        found, due = due, trigger.get_next_fire_time(due, due + _INSTANT)
    return found


def _days(item: str) -> range:
    span, _, step = item.partition("/")
    first, _, last = ("0-6" if span == "*" else span).partition("-")
    begin = _day(first)
    end = _day(last or ("6" if step else first))
    return range(begin, end + (8 if end < begin else 1), int(step or 1))


def _day(text: str) -> int:
    day = _DAYS.get(text.lower())
    if day is None:
        raise ValueError(f"{text!r} is no day of the week")
    return day
