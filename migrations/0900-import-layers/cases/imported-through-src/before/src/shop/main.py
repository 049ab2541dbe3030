from fastapi import FastAPI

from src.shop.infrastructure import __doc__ as title

app = FastAPI(title=title)
