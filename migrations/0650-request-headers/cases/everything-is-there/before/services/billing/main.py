from fastapi import FastAPI
from vertice_api.stack import install_middleware

from config import metrics, settings

app = FastAPI()
install_middleware(app, settings, metrics=metrics)
