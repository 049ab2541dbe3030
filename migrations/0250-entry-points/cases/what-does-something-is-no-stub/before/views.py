from api import items
