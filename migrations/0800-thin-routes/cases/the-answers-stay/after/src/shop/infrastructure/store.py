orders = {1: {"pieces": 2}}
