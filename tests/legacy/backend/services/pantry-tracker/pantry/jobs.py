"""Periodic jobs, run by name from settings.BEAT_SCHEDULE."""
import pydoc
from datetime import date

from . import models, settings


async def expire(today=None):
    gone = [item for item in await models.Item.all() if item.best_before and item.best_before < (today or date.today())]
    for item in gone:
        await item.delete()
    return len(gone)


async def count(name):
    return sum(item.amount for item in await models.Item.filter(name=name))


async def run_due(seconds):
    """Runs everything whose turn it is."""
    results = {}
    for name, entry in settings.BEAT_SCHEDULE.items():
        if seconds % entry["schedule"] == 0:
            results[name] = await pydoc.locate(entry["task"])(*entry.get("args", ()))
    return results
