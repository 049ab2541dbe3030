import logging
import os

from vertice_core.logging import configure_logging

configure_logging(service="billing", version="0.0.0", level=os.getenv("LOG_LEVEL", "INFO").upper())
print(logging.getLogger("x"))
