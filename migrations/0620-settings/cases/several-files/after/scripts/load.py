import os

TARGET = os.getenv("TARGET", "here")
