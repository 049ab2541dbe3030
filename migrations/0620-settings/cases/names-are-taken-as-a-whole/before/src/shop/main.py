from shop.config import *

print(REGION)
