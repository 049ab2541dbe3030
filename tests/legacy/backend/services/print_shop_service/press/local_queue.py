import fnmatch
import importlib
from types import SimpleNamespace


class LocalQueue:
    """As much of Celery as we use: named tasks, includes, routes."""

    def __init__(self, name, include=()):
        self.name = name
        self.include = list(include)
        self.conf = SimpleNamespace(task_routes={}, task_default_queue="celery")
        self._tasks = {}

    def task(self, function=None, *, name=None):
        if function is None:
            return lambda wrapped: self.task(wrapped, name=name)
        self._tasks[name or f"{function.__module__}.{function.__name__}"] = function
        function.delay = function
        return function

    @property
    def tasks(self):
        for module in self.include:
            importlib.import_module(module)
        return self._tasks

    def send_task(self, name, args=()):
        return self.tasks[name](*args)

    def queue_of(self, name):
        for pattern, route in self.conf.task_routes.items():
            if fnmatch.fnmatch(name, pattern):
                return route["queue"]
        return self.conf.task_default_queue
