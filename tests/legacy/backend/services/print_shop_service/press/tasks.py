from press.broker import broker
from press.ink import Ink


@broker.task
def render(text):
    """Named after its module: press.tasks.render."""
    Ink.shared().use(len(text) / 100)
    return [line for line in text.split("\n") if line.strip()]


@broker.task(name="press.tasks.paginate")
def cut_into_pages(lines, per_page):
    return -(-len(lines) // per_page)


@broker.task(name="maintenance.refill")
def refill():
    Ink.shared().left = 100.0
    return "full"
