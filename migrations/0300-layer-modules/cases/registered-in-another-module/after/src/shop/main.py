from shop.presentation import jobs
from shop.application.use_cases import call
from shop.infrastructure.database.repositories import known
from shop.presentation.registry import register


@register("start")
def start(n):
    return jobs.half(n)


def answer():
    return sorted(known), call("double", 4), call("start", 4)
