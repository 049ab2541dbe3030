"""Fixed columns of the old printer: harbour 12, ISO time 16, height 6."""
from datetime import datetime


def format_line(harbour, rows):
    return [f"{harbour:<12}{at:%Y-%m-%dT%H:%M}{height:6.2f}" for at, height in rows]


def parse_line(line):
    """One line back into its parts.

    The printer cuts names at twelve letters.
    """
    harbour = line[:12].rstrip()
    at = datetime.fromisoformat(line[12:28])
    return {"harbour": harbour, "at": at, "height": float(line[28:])}