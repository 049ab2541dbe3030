from shop.presentation import jobs
from shop.application.registry import call
from shop.infrastructure.database.repositories import known
from shop.presentation.dependencies import register


@register("start")
def start(n):
    return jobs.half(n)


def answer():
    return sorted(known), call("double", 4), call("start", 4)
