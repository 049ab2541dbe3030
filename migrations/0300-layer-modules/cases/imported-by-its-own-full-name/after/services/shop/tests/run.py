from shop import main
from shop.domain.rules import RATE

print(main.answer(), RATE)
