import logging

logger = logging.getLogger(__name__)


class Ink:
    _shared = None

    def __init__(self):
        self.left = 100.0

    @classmethod
    def shared(cls):
        if cls._shared is None:
            cls._shared = cls()
        return cls._shared

    def use(self, amount):
        self.left = round(self.left - amount, 2)
        logger.debug("used %.2f", amount)
        if self.left < 10:
            logger.warning("jam ahead")
