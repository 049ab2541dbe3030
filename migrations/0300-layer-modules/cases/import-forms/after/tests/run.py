from shop import main
from shop.domain.services import samples

print(main.total(samples()), [item.name for item in samples()])
