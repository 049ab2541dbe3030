import importlib
import importlib.util
import logging
import sys


def answer():
    services = importlib.import_module("services")
    tea = importlib.import_module("plugins.tea")
    found = importlib.util.find_spec("plugins.tea") is not None
    logging.getLogger("services").debug("services")
    return services.total([]), tea.NAME, found, tea is sys.modules["plugins.tea"], "services"
