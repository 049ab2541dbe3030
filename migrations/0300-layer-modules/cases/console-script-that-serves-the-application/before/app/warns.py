class OldWarning(UserWarning):
    """Old."""
