import main
import stock

print(main.answer(), stock.FULL)
