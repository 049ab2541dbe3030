"""Billing."""

import logging
import sys

from fastapi import FastAPI

# One line a record.
logging.basicConfig(
    level=logging.INFO,
    format="%(asctime)s - %(message)s",
    handlers=[logging.StreamHandler(sys.stdout)],
)
logger = logging.getLogger(__name__)
app = FastAPI()


@app.get("/")
def root() -> dict[str, str]:
    logger.info("answered %s", "root", extra={"size": 1})
    return {}
