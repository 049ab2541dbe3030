import logging as log
from logging import INFO, basicConfig


def run() -> None:
    basicConfig(level=INFO)
    log.info("runs")


if __name__ == "__main__":
    basicConfig(level=log.INFO, force=True)
    run()
