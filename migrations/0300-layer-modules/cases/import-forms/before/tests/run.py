import main
from services import samples

print(main.total(samples()), [item.name for item in samples()])
