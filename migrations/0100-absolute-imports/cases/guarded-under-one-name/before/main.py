try:
    from .config import NAME
except ImportError:  # as a script
    from config import NAME
