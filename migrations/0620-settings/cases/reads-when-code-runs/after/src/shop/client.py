import os
from dataclasses import dataclass, field

from shop.config import Settings


@dataclass
class Target:
    host: str = field(default_factory=lambda: Settings().target_host)
    port: int = field(default_factory=lambda: int(Settings().target_port))


def url(path, retries=None):
    for _ in range(3):
        if Settings().target_tls == "1":
            return "https://" + Settings().target_host + path
    return os.getenv("TARGET_URL", path)


def key():
    return os.environ["TARGET_KEY"]
