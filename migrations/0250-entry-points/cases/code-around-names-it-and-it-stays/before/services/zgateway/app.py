from services.shop.main import app as shop

print(shop)
