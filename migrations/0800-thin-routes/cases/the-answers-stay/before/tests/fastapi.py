"""As much of the framework as the routes of this case need."""

import sys
import types


class HTTPException(Exception):
    def __init__(self, status_code, detail=None, headers=None):
        self.status_code, self.detail, self.headers = status_code, detail, headers

    def __str__(self):
        return f"{self.status_code}: {self.detail}"


class APIRouter:
    def __init__(self):
        self.routes = {}

    def get(self, path):
        return lambda function: self.routes.setdefault(("GET", path), function)

    def post(self, path):
        return lambda function: self.routes.setdefault(("POST", path), function)


class FastAPI(APIRouter):
    def __init__(self):
        super().__init__()
        self.exception_handlers = {HTTPException: http_exception_handler}

    def include_router(self, router):
        self.routes.update(router.routes)

    def add_exception_handler(self, kind, handler):
        self.exception_handlers[kind] = handler

    async def answer(self, method, path, *arguments):
        try:
            return 200, await self.routes[method, path](*arguments)
        except Exception as error:
            for kind in type(error).__mro__:
                if kind in self.exception_handlers:
                    return await self.exception_handlers[kind](types.SimpleNamespace(app=self), error)
            return 500, repr(error)


async def http_exception_handler(request, error):
    return error.status_code, {"detail": error.detail}, error.headers


Request = Response = object
concurrency = types.ModuleType("fastapi.concurrency")
concurrency.run_in_threadpool = None
sys.modules["fastapi.concurrency"] = concurrency
