from .models import Item

ITEM = Item()
