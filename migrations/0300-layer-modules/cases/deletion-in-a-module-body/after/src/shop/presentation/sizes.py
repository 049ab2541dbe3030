step = 4
DOUBLE = step * 2
del step
