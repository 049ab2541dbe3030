import fastapi
import helpers
import structlog
from PIL import Image

try:
    import orjson
except ImportError:
    orjson = None
