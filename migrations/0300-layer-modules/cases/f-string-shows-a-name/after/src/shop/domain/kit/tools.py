LIMIT = 3
names = {"a": 1}
