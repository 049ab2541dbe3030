import os.path

import yaml

SCHEDULE_FILE = os.path.join(os.path.dirname(__file__), "schedule.yaml")


def load_schedule(path=SCHEDULE_FILE):
    with open(path) as handle:
        return yaml.safe_load(handle)
