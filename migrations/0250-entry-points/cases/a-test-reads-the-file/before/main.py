from api import app
