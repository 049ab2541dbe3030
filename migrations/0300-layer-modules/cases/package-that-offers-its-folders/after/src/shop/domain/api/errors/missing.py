class Missing(Exception):
    """It is not there."""
