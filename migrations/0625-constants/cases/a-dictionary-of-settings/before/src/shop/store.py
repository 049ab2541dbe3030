DB_CONFIG = {
    "host": "db",
    "port": 5432,
    "echo": False,
    "pool": {"size": 5, "names": ["a"]},
    "when": None,
    "two words": "stay",
}
EMPTY_CONFIG = {}
