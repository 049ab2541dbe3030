import re
from datetime import datetime


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def now_text():
    return datetime.utcnow().isoformat()
