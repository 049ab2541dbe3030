import os

TAX = float(os.getenv("TAX", "0.2"))
