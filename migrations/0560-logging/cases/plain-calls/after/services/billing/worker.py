import logging as log

from vertice_core.logging import configure_logging


def run() -> None:
    configure_logging(service="billing", version="1.2.0", level="INFO")
    log.info("runs")


if __name__ == "__main__":
    configure_logging(service="billing", version="1.2.0", level="INFO")
    run()
