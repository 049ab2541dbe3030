import os
import sys

sys.path[:0] = [os.path.abspath("src")]

from shop.presentation import endpoints

endpoints.add()
print(endpoints.count("seen"), endpoints.count("seen"))
