from shop import main
from shop.application import sizes

print(main.answer(), sizes.width(4))
