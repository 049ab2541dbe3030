import sys
import types
from datetime import date
from unittest.mock import MagicMock, patch

fastapi = types.ModuleType("fastapi")


class Routes:
    def get(self, path):
        return lambda function: function

    def include_router(self, router):
        pass


fastapi.FastAPI = fastapi.APIRouter = Routes
sys.modules["fastapi"] = fastapi

import main

fixed = MagicMock()
fixed.today.return_value = date(2001, 2, 3)
with patch("main.date", fixed):
    print(main.read_today())
with patch("main.dumps", return_value="{}"):
    print(main.shown(1))
