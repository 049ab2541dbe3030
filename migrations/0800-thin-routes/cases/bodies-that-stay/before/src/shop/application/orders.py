async def find(number):
    return number
