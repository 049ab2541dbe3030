"""Clients of redis, whose limit depends on the version."""

import redis

client = redis.Redis.from_url("redis://cache")
