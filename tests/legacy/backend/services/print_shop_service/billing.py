from press.broker import broker

DISCOUNT_FROM = 100


@broker.task(name="billing.price")
def price(pages, copies, per_page):
    sheets = pages * copies
    factor = 0.9 if sheets >= DISCOUNT_FROM else 1
    return round(sheets * per_page * factor, 2)
