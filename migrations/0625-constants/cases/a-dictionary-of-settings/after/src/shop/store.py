from shop.config import Settings

settings = Settings()
DB_CONFIG = {
    "host": settings.db_config_host,
    "port": settings.db_config_port,
    "echo": settings.db_config_echo,
    "pool": {"size": settings.db_config_pool_size, "names": ["a"]},
    "when": None,
    "two words": "stay",
}
EMPTY_CONFIG = {}
