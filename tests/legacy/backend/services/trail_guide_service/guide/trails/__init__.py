from .store import (TrailStore,
                    store_for)  # noqa
from . import models as _models

Item = _models.Item
