import main
import stock

print(main.answer(), main.total(1), stock.is_full(10))
