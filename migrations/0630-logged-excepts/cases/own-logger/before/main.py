import logging

from fastapi import FastAPI

log = logging.getLogger("shop")
app = FastAPI()


@app.get("/orders")
async def orders():
    try:
        return await load()
    except Exception:
        # the page shows an empty list
        return {"status": "error"}


async def load():
    try:
        return {}
    except ValueError:
        pass
    except:
        return None
