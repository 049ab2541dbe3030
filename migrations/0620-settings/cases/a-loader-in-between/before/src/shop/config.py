import os

from environs import Env

A = os.getenv("A", "a")
Env().read_env()
B = os.getenv("B", "b")
