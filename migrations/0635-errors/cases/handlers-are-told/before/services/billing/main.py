from fastapi import FastAPI

from handlers import HANDLERS

app = FastAPI(exception_handlers=HANDLERS)
