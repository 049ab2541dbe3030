from unittest import mock
from unittest.mock import patch

import main
import services


class Dear:
    def __init__(self, name):
        self.price = 50


with patch("services.Item", Dear):
    print(main.answer())
with mock.patch("models.Item", new=Dear), patch.dict("services.__dict__", {"extra": 1}):
    print(main.answer(), services.extra)
with patch.object(services, "make", lambda name: Dear(name)):
    print(main.answer())
with patch.multiple("services", make=Dear):
    print(main.answer())
print(main.answer())
