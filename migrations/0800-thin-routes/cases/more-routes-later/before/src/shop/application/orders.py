orders = {1: {"sent": False}}


async def find(number):
    return orders.get(number)
