class AsyncClient:
    def __init__(self, app):
        self.app = app


replay = None
