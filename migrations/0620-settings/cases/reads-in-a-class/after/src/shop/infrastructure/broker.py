import os


class Broker:
    settings = {"prefetch": 1}
    url: str = os.environ.get("BROKER_URL", "amqp://localhost")
