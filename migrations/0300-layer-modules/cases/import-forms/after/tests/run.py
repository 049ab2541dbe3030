from shop import main
from shop.application.services import samples

print(main.total(samples()), [item.name for item in samples()])
