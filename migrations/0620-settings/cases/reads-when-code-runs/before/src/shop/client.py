import os
from dataclasses import dataclass, field


@dataclass
class Target:
    host: str = field(default_factory=lambda: os.getenv("TARGET_HOST", "localhost"))
    port: int = field(default_factory=lambda: int(os.getenv("TARGET_PORT", "9000")))


def url(path, retries=None):
    for _ in range(3):
        if os.environ.get("TARGET_TLS") == "1":
            return "https://" + os.getenv("TARGET_HOST", "localhost") + path
    return os.getenv("TARGET_URL", path)


def key():
    return os.environ["TARGET_KEY"]
