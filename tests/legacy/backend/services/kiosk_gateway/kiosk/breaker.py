import time


class Breaker:
    """Opens after three failures, tries again after ten seconds."""

    LIMIT = 3
    REST = 10.0

    def __init__(self):
        self.failures = 0
        self.opened_at = None

    @property
    def state(self):
        if self.opened_at is None:
            return "closed"
        return "half-open" if time.monotonic() - self.opened_at >= self.REST else "open"

    def allows(self):
        return self.state != "open"

    def failure(self):
        self.failures += 1
        if self.failures >= self.LIMIT:
            self.opened_at = time.monotonic()

    def success(self):
        self.failures = 0
        self.opened_at = None
