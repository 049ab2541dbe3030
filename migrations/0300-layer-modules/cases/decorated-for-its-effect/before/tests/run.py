import sys
import types

fastapi = types.ModuleType("fastapi")


class Routes:
    def get(self, path):
        return lambda function: function

    def include_router(self, router):
        pass


fastapi.FastAPI = fastapi.APIRouter = Routes
sys.modules["fastapi"] = fastapi

import main

print(main.read_limit(), main.app is not None)
