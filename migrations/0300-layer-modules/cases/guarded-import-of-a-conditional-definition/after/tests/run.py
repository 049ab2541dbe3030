from shop import main
from shop.application import use_cases

print(main.answer(), use_cases.width(4))
