import os
import sys

sys.path[:0] = [os.path.abspath("src")]

from shop.infrastructure.database import orders_db
from shop.presentation import endpoints

print(endpoints.everything())
print(endpoints.create("2"), endpoints.create("1"))
try:
    endpoints.create("1")
except ValueError as error:
    print("twice", error)
print(endpoints.read("1"), endpoints.read("7"))
print(endpoints.close("1"), endpoints.states())
print(endpoints.forget("2"), sorted(orders_db))
try:
    endpoints.forget("2")
except KeyError as error:
    print("gone", error)
orders_db.clear()
print(endpoints.states())
