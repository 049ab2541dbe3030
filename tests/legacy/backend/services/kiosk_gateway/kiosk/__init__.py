import logging

logging.getLogger("kiosk").addHandler(logging.NullHandler())
