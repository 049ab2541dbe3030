"""Prints what is done to the application, with stand-ins for the libraries."""

import asyncio
import sys
import types

sys.path.insert(0, "src")
log = []
DECORATORS = {"get", "on_event", "exception_handler", "middleware", "websocket"}


def shown(value):
    if isinstance(value, Holder):
        return value.name
    return getattr(value, "__name__", None) or type(value).__name__


class Holder:
    """An application or a router that writes down what it is told."""

    def __init__(self, name="app", **options):
        self.name = name
        self.title = options.get("title")
        self.state = types.SimpleNamespace()
        log.append((type(self).__name__, sorted(options.items())))

    def __getattr__(self, method):
        def tell(*arguments, **options):
            told = [method, *map(shown, arguments), *sorted(options.items())]

            def decorate(function):
                log.append([*told, function.__module__, function.__name__])
                return function

            if method in DECORATORS:
                return decorate
            log.append(told)

        return tell


class APIRouter(Holder):
    pass


class FastAPI(Holder):
    pass


for name, members in {
    "fastapi": {"APIRouter": APIRouter, "FastAPI": FastAPI},
    "pydantic": {"BaseModel": object},
    "uvicorn": {},
}.items():
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__dict__.update(members)

from shop import main

main.stock["bread"] = 2
log.append(asyncio.run(main.health()))
asyncio.run(main.start())
log.append((main.app.title, main.app.state.started))
for line in log:
    print(line)
