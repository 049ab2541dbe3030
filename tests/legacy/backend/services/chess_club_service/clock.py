import time


class ChessClock:
    def __init__(self, base, now=time.monotonic):
        self.left = float(base)
        self._now = now
        self._since = None

    def press(self):
        if self._since is not None:
            self.left -= self._now() - self._since
        self._since = self._now()


def seconds_left(clock):
    return max(0, int(clock.left))
