import logging


def configure_logging() -> None:
    logging.basicConfig(level=logging.INFO)


configure_logging()
