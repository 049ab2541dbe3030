import jobs
from registry import call, known, register


@register("start")
def start(n):
    return jobs.half(n)


def answer():
    return sorted(known), call("double", 4), call("start", 4)
