# kept, because the image starts it
from kiosk.main import app, create_gateway  # noqa: F401
