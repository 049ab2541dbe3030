from shop.config import EnvironmentSettings, settings

env_settings = EnvironmentSettings()
CACHE_URL = env_settings.cache_url
LEVEL = settings.level
