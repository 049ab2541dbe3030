import httpx


class SignalClient:
    def __init__(self, base_url="http://signal_box_service:8117"):
        self.base_url = base_url

    def clear(self, name):
        answer = httpx.put(f"{self.base_url}/signals/{name}", json={"aspect": "clear"}, timeout=None)
        return answer.status_code == 200
