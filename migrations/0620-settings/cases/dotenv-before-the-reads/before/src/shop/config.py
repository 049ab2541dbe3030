import os

from dotenv import load_dotenv

load_dotenv()

REGION = os.getenv("REGION", "eu")
ZONE = os.getenv("ZONE", "1")
