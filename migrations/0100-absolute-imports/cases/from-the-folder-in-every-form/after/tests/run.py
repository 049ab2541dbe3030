from shop import answer
import shop.store

print(answer(), shop.store.ITEMS[0].__class__.__module__)
