class Collector:
    floor = 30.0

    def collect(self):
        raise NotImplementedError
