from .base import Paper


class Glossy(Paper):
    lines = 30
    price = 0.2
