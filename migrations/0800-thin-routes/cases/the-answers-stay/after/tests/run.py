import asyncio
import os
import sys

sys.path[:0] = [os.path.abspath("src"), os.path.abspath("tests")]

from shop.main import app

for request in [
    ("GET", "/orders", 1),
    ("GET", "/orders", 2),
    ("GET", "/orders", None),
    ("POST", "/orders", 1, 3),
    ("POST", "/orders", 3, 3),
    ("POST", "/orders", 3, None),
    ("GET", "/orders", 3),
]:
    print(request, asyncio.run(app.answer(*request)))
