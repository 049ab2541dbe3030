from shop.main import taste

for name in ("green", "models", "routes"):
    print(taste(name))
