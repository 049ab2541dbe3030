import os

DB = os.environ["DATABASE_URL"]
