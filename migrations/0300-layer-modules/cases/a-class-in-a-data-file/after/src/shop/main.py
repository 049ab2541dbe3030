import logging.config
from pathlib import Path

import yaml
from fastapi import FastAPI

logging.config.dictConfig(yaml.safe_load((Path(__file__).parent / "domain/log" / "logging.yaml").read_text()))

app = FastAPI()
