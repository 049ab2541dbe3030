from shop import main
from shop.domain import stock

print(main.answer(), main.total(1), stock.is_full(10))
