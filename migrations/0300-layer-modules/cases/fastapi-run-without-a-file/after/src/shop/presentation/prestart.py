from shop.presentation.routes import rates

print(rates())
