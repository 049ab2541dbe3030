latest = 0
a = b = c = d = e = f = []
