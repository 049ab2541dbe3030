from celery import Celery

queue = Celery("jobs")


@queue.task
def add(one: int, two: int) -> int:
    return one + two


class Settings:
    functions = [add]
