import shelf
from fastapi import FastAPI

app = FastAPI(version=shelf.__version__)
