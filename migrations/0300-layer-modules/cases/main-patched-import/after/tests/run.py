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

from shop.domain import services
from shop.presentation.api.v1 import endpoints

fixed = MagicMock()
fixed.today.return_value = date(2001, 2, 3)
with patch("shop.domain.services.date", fixed):
    print(endpoints.read_today())
with patch("shop.domain.services.dumps", return_value="{}"):
    print(services.shown(1))
