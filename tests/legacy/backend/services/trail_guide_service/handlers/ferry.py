from guide import registry
from guide.registry import Step


class Ferry(Step):
    minutes = 15


class NightFerry(Ferry):
    minutes = 90


@registry.handles(Ferry)
def describe_ferry(step):
    return "ferry, %d min" % step.minutes
