from services.shop.api.routes import route

print(route())
