from shop import main
from shop.domain import stock

print(main.answer(), stock.FULL)
