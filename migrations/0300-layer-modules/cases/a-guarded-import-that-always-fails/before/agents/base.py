class Agent:
    def start(self) -> str:
        try:
            from main import started
        except ImportError:
            return "alone"
        return f"with {started}"
