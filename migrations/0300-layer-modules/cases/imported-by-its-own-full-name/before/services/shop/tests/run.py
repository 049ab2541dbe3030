from services.shop import main
from services.shop.rules import RATE

print(main.answer(), RATE)
