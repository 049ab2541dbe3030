import logging
import os

logging.basicConfig(level=os.getenv("LOG_LEVEL", "INFO").upper(), format="%(levelname)s:%(name)s:%(message)s")
print(logging.getLogger("x"))
