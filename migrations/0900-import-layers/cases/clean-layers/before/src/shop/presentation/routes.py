from shop.application.orders import count

router = count
