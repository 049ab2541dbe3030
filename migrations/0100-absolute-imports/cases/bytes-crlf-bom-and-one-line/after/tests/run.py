from shop.main import answer

print(answer())
