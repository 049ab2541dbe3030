from papers.base import Paper


class Matte(Paper):
    pass
