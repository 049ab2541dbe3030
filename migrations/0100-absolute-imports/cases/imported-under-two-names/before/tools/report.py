from services.shop.main import ITEM

print(ITEM)
