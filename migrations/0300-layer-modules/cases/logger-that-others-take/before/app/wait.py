import logging
import time

logging.basicConfig(level=logging.INFO)
logger = logging.getLogger(__name__)

TRIES = 3


def wait(probe) -> bool:
    """Tries until the probe answers."""
    for _ in range(TRIES):
        if probe():
            logger.info("there")
            return True
        time.sleep(0)
    logger.error("not there")
    return False


if __name__ == "__main__":
    wait(lambda: True)
