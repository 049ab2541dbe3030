"""Models and values of the domain."""


class Day:
    def __init__(self, text):
        self.text = text
