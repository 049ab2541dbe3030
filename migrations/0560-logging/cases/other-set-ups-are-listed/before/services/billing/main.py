import logging
import logging.config

from loguru import logger as console

logging.basicConfig(level=logging.INFO, filename="billing.log")
logging.basicConfig(
    level=logging.INFO,  # for now
)
logging.basicConfig(**{})
logging.config.dictConfig({"version": 1})
logging.getLogger("billing").addHandler(logging.FileHandler("x.log"))
console.info("started")
