import httpx

SHOP = "http://shop:8000/items"
print(httpx.get(SHOP))
