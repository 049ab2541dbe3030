PRICES = [1, 2]
