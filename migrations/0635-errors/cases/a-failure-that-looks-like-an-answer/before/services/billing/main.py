import logging

from fastapi import FastAPI

from store import read

logger = logging.getLogger(__name__)
app = FastAPI(title="Billing")


@app.get("/report")
def report() -> dict[str, str]:
    try:
        return read()
    except ValueError:
        return {"status": "error", "message": "the report is not ready"}
    except Exception as error:
        logger.error("no report: %s", error)
        return {"status": "error", "message": str(error)}


@app.get("/health")
def health() -> dict[str, str]:
    try:
        read()
    except Exception:
        return {"status": "error"}
    return {"status": "healthy"}


def nothing() -> dict[str, bool]:
    try:
        read()
    except Exception:
        return {"success": False}
    return {"success": True}
