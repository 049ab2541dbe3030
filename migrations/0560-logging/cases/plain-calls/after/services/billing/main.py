"""Billing."""

import logging

from fastapi import FastAPI
from vertice_core.logging import configure_logging

# One line a record.
configure_logging(service="billing", version="1.2.0", level="INFO")
logger = logging.getLogger(__name__)
app = FastAPI()


@app.get("/")
def root() -> dict[str, str]:
    logger.info("answered %s", "root", extra={"size": 1})
    return {}
