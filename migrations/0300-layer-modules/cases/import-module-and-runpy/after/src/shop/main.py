import importlib
import importlib.util
import logging
import sys


def answer():
    services = importlib.import_module("shop.application.services")
    tea = importlib.import_module("shop.domain.plugins.tea")
    found = importlib.util.find_spec("shop.domain.plugins.tea") is not None
    logging.getLogger("services").debug("services")
    return services.total([]), tea.NAME, found, tea is sys.modules["shop.domain.plugins.tea"], "services"
