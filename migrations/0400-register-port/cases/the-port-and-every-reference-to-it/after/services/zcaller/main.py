import httpx

SHOP = "http://shop:8210/items"
print(httpx.get(SHOP))
