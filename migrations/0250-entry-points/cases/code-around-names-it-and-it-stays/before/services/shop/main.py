from services.shop.api import app
