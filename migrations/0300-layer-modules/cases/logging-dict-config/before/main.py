import logging.config
import sys

LOGGING = {
    "version": 1,
    "formatters": {"plain": {"()": "logs.Plain"}},
    "filters": {"quiet": {"()": "logs.Quiet"}},
    "handlers": {
        "out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "plain", "filters": ["quiet"]},
    },
    "root": {"handlers": ["out"], "level": "INFO"},
}


def answer():
    logging.config.dictConfig(LOGGING)
    logging.info("open")
    logging.info("secret")
    return len(sys.argv)
