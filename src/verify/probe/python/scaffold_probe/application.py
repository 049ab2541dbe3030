"""What an application declares: its OpenAPI document, routes, middleware."""

from __future__ import annotations

import importlib
import inspect
import sys
from typing import Any

from . import record

FACTORIES = ("create_app", "get_app", "build_app", "make_app", "application")
FRAMEWORKS = ("fastapi", "starlette")


def run(spec: dict[str, Any], log: record.Record) -> None:
    """Import the application and write down what it declares."""
    app = load(spec, log)
    if app is None:
        return
    log.write("routes", routes=list(_routes(app)))
    log.write("middleware", middleware=[_middleware(entry) for entry in _user_middleware(app)])
    try:
        log.write("openapi", document=app.openapi())
    except BaseException as error:  # noqa: BLE001 - a schema of the service may raise anything
        log.write("openapi_failed", **record.failure(error))


def load(spec: dict[str, Any], log: record.Record) -> Any:
    """Import ``module:attribute`` as an ASGI server would; ``None`` when that fails."""
    module_name, _, attribute = spec["app"].partition(":")
    try:
        import uvicorn  # noqa: F401 - a server is imported before the working directory counts
    except ImportError:
        pass
    sys.path.insert(0, spec["first_path"])
    try:
        module = importlib.import_module(module_name)
        app = _resolve(module, attribute.removesuffix("()") or "app")
        if not _is_application(app) and callable(app):
            app = app()
    except BaseException as error:  # noqa: BLE001 - SystemExit at import is a failed import
        log.write("import_failed", **record.failure(error))
        return None
    log.write("imported", app_class=type(app).__name__, file=getattr(module, "__file__", None))
    return app


def _resolve(module: Any, dotted: str) -> Any:
    """Find the named attribute, or the only application or factory of the module."""
    found = module
    for name in dotted.split("."):
        found = getattr(found, name, None)
    if found is not None:
        return found
    values = list(vars(module).values())
    candidates = [value for value in values if _is_application(value)]
    candidates += [getattr(module, name) for name in FACTORIES if hasattr(module, name)]
    if not candidates:
        raise AttributeError(f"module {module.__name__!r} has no application {dotted!r}")
    return candidates[0]


def _is_application(value: Any) -> bool:
    """Tell an application from a factory: by its class, else by the ASGI signature."""
    classes = type(value).__mro__
    if any(c.__module__.split(".")[0] in FRAMEWORKS and hasattr(c, "router") for c in classes):
        return True
    if hasattr(value, "routes") and hasattr(value, "openapi"):
        return True
    if inspect.isclass(value) or inspect.isfunction(value):
        return False
    try:
        return len(inspect.signature(value).parameters) == 3 and not inspect.isroutine(value)
    except (TypeError, ValueError):
        return False


def get_paths(app: Any) -> list[str]:
    """List the paths that answer GET and need no parameter, in the order of the routes."""
    found = {}
    for route in _routes(app):
        asks = "GET" in route["methods"] or route["opaque"]
        if asks and "{" not in route["path"]:
            found[route["path"]] = None
    pages = {getattr(app, name, None) for name in ("docs_url", "redoc_url")}
    pages.add(getattr(app, "swagger_ui_oauth2_redirect_url", None))
    return [path for path in found if path not in pages]


def _routes(app: Any, prefix: str = "") -> Any:
    """Yield every route in order, those of mounted applications after their mount."""
    for route, declared in _declared(app):
        path = prefix + (getattr(route, "path", "") or "")
        inner = getattr(route, "app", None)
        mounted = type(declared).__name__ in ("Mount", "Host")
        response = getattr(route, "response_class", None)
        response = getattr(response, "value", response)
        yield {
            "path": path + "/" if mounted and not getattr(inner, "routes", None) else path,
            "methods": sorted(getattr(route, "methods", None) or []),
            "kind": type(declared).__name__,
            "name": getattr(route, "name", None),
            "status": getattr(route, "status_code", None),
            "response": getattr(response, "__name__", None),
            "in_schema": bool(getattr(route, "include_in_schema", False)),
            "opaque": mounted and not getattr(inner, "routes", None),
        }
        if mounted and getattr(inner, "routes", None):
            yield from _routes(inner, path)


def _declared(app: Any) -> Any:
    """Yield each route as it is reached, and as it was written.

    Newer versions of FastAPI keep an included router as one entry that holds its routes.
    """
    for route in getattr(app, "routes", None) or []:
        if not hasattr(route, "effective_route_contexts"):
            yield route, route
            continue
        for reached in route.effective_route_contexts():
            whole = getattr(reached, "starlette_route", None)
            yield (whole, whole) if whole is not None else (reached, reached.original_route)


def _user_middleware(app: Any) -> list[Any]:
    return list(getattr(app, "user_middleware", None) or [])


def _middleware(entry: Any) -> dict[str, Any]:
    """Name the class and its options; options that are no plain values by their kind."""
    options = dict(getattr(entry, "kwargs", None) or getattr(entry, "options", None) or {})
    positional = list(getattr(entry, "args", None) or ())
    return {
        "class": entry.cls.__name__,
        "options": {name: _plain(options[name]) for name in sorted(options)},
        "arguments": [_plain(value) for value in positional],
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (set, frozenset)):
        return sorted(str(_plain(item)) for item in value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    name = getattr(value, "__name__", None)
    return f"<{name}>" if name else f"<{type(value).__name__} object>"
