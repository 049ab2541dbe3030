class Paper:
    lines = 40
    price = 0.1
