import logging

from api import app

logging.basicConfig()
