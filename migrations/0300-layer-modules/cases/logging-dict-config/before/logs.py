import logging


class Plain(logging.Formatter):
    def format(self, record):
        return "plain " + record.getMessage()


class Quiet(logging.Filter):
    def filter(self, record):
        return "secret" not in record.getMessage()
