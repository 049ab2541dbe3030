"""What servers start: `pantry.asgi:application`."""
from pantry.application import get_app

application = get_app()
