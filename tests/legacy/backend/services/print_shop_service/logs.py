import logging


class TicketFormatter(logging.Formatter):
    def __init__(self, shop):
        super().__init__(f"{shop} %(name)s: %(message)s")


class TicketHandler(logging.Handler):
    tickets = []

    def emit(self, record):
        self.tickets.append(self.format(record))


class NoJamFilter(logging.Filter):
    """Paper jams are nobody's business."""

    def filter(self, record):
        return "jam" not in record.getMessage()


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ticket": {"()": "logs.TicketFormatter", "shop": "corner"}},
    "filters": {"nojam": {"()": "logs.NoJamFilter"}},
    "handlers": {"tickets": {"class": "logs.TicketHandler", "formatter": "ticket", "filters": ["nojam"]}},
    "loggers": {
        "print_shop": {"level": "INFO", "handlers": ["tickets"]},
        # the ink is chatty, and only here
        "press.ink": {"level": "DEBUG", "handlers": ["tickets"], "propagate": False},
    },
}
