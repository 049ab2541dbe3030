import os
import sys

sys.path[:0] = [os.path.abspath("src")]

from shop.presentation import endpoints

for number in range(5):
    endpoints.take({"kind": number})
print(endpoints.last(2), endpoints.last(0), endpoints.kinds(), endpoints.first(), endpoints.everything())
endpoints.network_events.clear()
print(endpoints.kinds())
