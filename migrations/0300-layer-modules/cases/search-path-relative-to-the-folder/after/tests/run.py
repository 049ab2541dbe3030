import sys

sys.path.append("src")
sys.path.append("tests")

from shop import main

print(main.answer())
