"""Settings, as strings wherever that was possible."""
import os

INSTALLED_VIEWS = [
    "pantry.views.shelves",
    "pantry.views.items",
]

# "models" is the label of the app, not a module
TORTOISE_ORM = {
    "connections": {"default": os.environ.get("PANTRY_DB", "sqlite://:memory:")},
    "apps": {"models": {"models": ["pantry.models"], "default_connection": "default"}},
}

DOCUMENTS = ["pantry.documents.Donation"]

BEAT_SCHEDULE = {
    "expire-every-minute": {"task": "pantry.jobs.expire", "schedule": 60.0},
    "count-at-night": {"task": "pantry.jobs.count", "schedule": 86400.0, "args": ("bread",)},
}
