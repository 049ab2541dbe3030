from shop.main import NAME

print(NAME)
