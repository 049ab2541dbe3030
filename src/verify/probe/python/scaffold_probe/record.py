"""The result file: one JSON object a line, written at once."""

from __future__ import annotations

import json
import traceback
from typing import Any


class Record:
    """Appends facts to the result file."""

    def __init__(self, path: str) -> None:
        # The interpreter's own file objects may be replaced by the service; this one is kept.
        self._file = open(path, "a", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115

    def write(self, kind: str, **facts: Any) -> None:
        """Write one fact and make sure that it survives a kill."""
        line = json.dumps({"kind": kind, **facts}, default=_opaque)
        self._file.write(line + "\n")
        self._file.flush()


def failure(error: BaseException) -> dict[str, Any]:
    """Describe an exception: its text, its last lines, the module that was missing."""
    missing = _missing_module(error)
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    return {
        "error": f"{type(error).__name__}: {error}"[:600],
        "trace": "".join(lines)[-2000:],
        "missing": missing,
    }


def _missing_module(error: BaseException | None) -> str | None:
    """Name the module behind a chain of exceptions, innermost first."""
    found = None
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, ModuleNotFoundError):
            found = error.name
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)
    return found


def _opaque(value: Any) -> str:
    return repr(value)[:200]
