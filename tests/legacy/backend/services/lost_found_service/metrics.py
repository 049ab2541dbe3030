"""Registered once per process: importing this file under two names is an error."""
from prometheus_client import Counter, Histogram

REQUESTS = Counter("lost_requests_total", "Requests", ["method", "status"])
SECONDS = Histogram("lost_request_seconds", "Seconds per request")
FOUND = Counter("lost_items_total", "Items brought in", ["place"])
