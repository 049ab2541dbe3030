from shop.infrastructure.orders import app
