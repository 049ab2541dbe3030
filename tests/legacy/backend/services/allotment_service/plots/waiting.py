from collections import deque

from ..models import Application, Plot


class WaitingList:
    def __init__(self):
        self._queue: "deque[Application]" = deque()

    def add(self, application: Application) -> int:
        self._queue.append(application)
        return len(self._queue)

    def next_for(self, plot: Plot):
        for application in self._queue:
            if application.size <= plot.size:
                self._queue.remove(application)
                return application
        return None
