"""The old export. legacy_export.py was cut in half by a merge, so mind the except."""


def export_ready():
    try:
        import legacy_export

        return bool(legacy_export.FIELDS)
    except SyntaxError:
        return False
