import stock

stock.shelves.append("back")


def ordered():
    return stock.count()
