from dataclasses import dataclass

LOADED = True


@dataclass(slots=True)
class Compass:
    degrees: float = 0.0

    def turn(self, by):
        self.degrees = (self.degrees + by) % 360
        return self
