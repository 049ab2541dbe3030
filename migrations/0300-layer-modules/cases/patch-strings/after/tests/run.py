from unittest import mock
from unittest.mock import patch

from shop import main
from shop.application import services


class Dear:
    def __init__(self, name):
        self.price = 50


with patch("shop.application.services.Item", Dear):
    print(main.answer())
with mock.patch("shop.domain.models.Item", new=Dear), patch.dict("shop.application.services.__dict__", {"extra": 1}):
    print(main.answer(), services.extra)
with patch.object(services, "make", lambda name: Dear(name)):
    print(main.answer())
with patch.multiple("shop.application.services", make=Dear):
    print(main.answer())
print(main.answer())
