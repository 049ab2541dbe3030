# -*- coding: utf-8 -*-
import os

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

import plant_swap.pages
import plant_swap.rest
from plant_swap.database import init_db
from plant_swap.filters import register

app = FastAPI(title='Plant swap', docs_url=None, redoc_url=None)

# static files are found from the folder that the service is started in
app.mount('/static', StaticFiles(directory='plant_swap/static'), name='static')

app.include_router(plant_swap.pages.router, include_in_schema=False)
app.include_router(plant_swap.rest.router, prefix='/rest', tags=['rest'])

register(plant_swap.pages.templates.env)


@app.on_event('startup')
def startup():
    init_db(os.environ.get('SWAP_DB', 'sqlite://'))


@app.get('/status')
def status():
    return {'status': 'up', 'version': plant_swap.__version__}
