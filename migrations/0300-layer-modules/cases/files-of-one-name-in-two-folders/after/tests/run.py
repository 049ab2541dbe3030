from shop.application.kit import use_cases
from shop import main
from shop.application import use_cases as application_use_cases

print(main.answer(), use_cases.cut(1), application_use_cases.apply(3))
