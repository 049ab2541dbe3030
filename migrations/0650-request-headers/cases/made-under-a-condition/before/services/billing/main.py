import sys

from fastapi import FastAPI

if "--bare" in sys.argv:
    app = FastAPI(docs_url=None)
else:
    app = FastAPI()
