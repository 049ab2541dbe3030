import os

CONFIG = {
    "association": os.environ.get("ALLOTMENT_NAME", "Sunny Side"),
    "max_size": 300,
}
