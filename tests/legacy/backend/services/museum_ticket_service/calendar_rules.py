from datetime import date, timedelta

HOLIDAYS = {(1, 1), (12, 24), (12, 25)}


def is_open(day: date) -> bool:
    return (day.month, day.day) not in HOLIDAYS and day.weekday() != 0


def next_open_day(day: date) -> date:
    while True:
        day += timedelta(days=1)
        if is_open(day):
            return day
