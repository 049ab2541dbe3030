import os


class Settings:
    """What the service can be told."""

    name: str = os.getenv("SHOP_NAME", "shop")
    port = int(os.getenv("PORT", "8000"))  # text in the environment
    debug: bool = os.getenv("DEBUG", "false").lower() == "true"

    @property
    def title(self) -> str:
        return os.getenv("SHOP_TITLE", self.name)


class Paths:
    data = os.environ["DATA"]
    names = [os.getenv("ONE", "1") for _ in range(2)]


options = Settings()
