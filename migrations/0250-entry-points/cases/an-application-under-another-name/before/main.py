from api import app as application
