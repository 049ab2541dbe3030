class Engine:
    def limit(self, path, most):
        self.most = most
