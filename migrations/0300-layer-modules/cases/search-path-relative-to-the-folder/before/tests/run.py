import sys

sys.path.append(".")
sys.path.append("tests")

import main

print(main.answer())
