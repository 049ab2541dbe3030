import shop.application.kit.tools
from shop import main
from shop.application import rules

print(main.answer(), shop.application.kit.tools.cut(1), rules.apply(3))
