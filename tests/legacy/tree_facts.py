"""What the tree of fixtures holds, read without running it.

Unusual bytes per file, and which service holds which construct of
`constructs.toml`. Runs nothing and writes nothing: check.py does.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVICES = "backend/services"


def byte_properties(path: Path) -> list[str]:
    """Name what is unusual about the bytes of one file."""
    if path.is_symlink():
        return [] if path.exists() else ["dangling symlink"]
    data = path.read_bytes()
    if path.suffix != ".py" or not data:
        return []
    crlf, lf = data.count(b"\r\n"), data.count(b"\n")
    cookie = re.search(rb"coding[:=]\s*([-\w.]+)", b"\n".join(data.splitlines()[:2]))
    checks = {
        "byte order mark": data.startswith(b"\xef\xbb\xbf"),
        "coding cookie": cookie is not None,
        "not UTF-8": not is_utf8(data),
        "CRLF": crlf > 0 and crlf == lf,
        "mixed line ends": 0 < crlf < lf,
        "form feed": b"\f" in data,
        "tab indents": re.search(rb"^\t", data, re.MULTILINE) is not None,
        "no final newline": not data.endswith(b"\n"),
        "does not parse": not parses(data),
    }
    return [name for name, holds in checks.items() if holds]


def is_utf8(data: bytes) -> bool:
    """Say whether the bytes are UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def parses(data: bytes) -> bool:
    """Say whether Python can compile the bytes."""
    try:
        compile(data, "fixture", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def fixture_files(folder: Path) -> list[Path]:
    """List the files of a folder that are committed, in a fixed order."""
    skipped = {"__pycache__", ".pytest_cache"}
    files = (path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return sorted(path for path in files if not skipped.intersection(path.parts))


def measure_bytes() -> dict[str, list[str]]:
    """Map each file with unusual bytes to what is unusual about it."""
    found = {str(path.relative_to(HERE)): byte_properties(path) for path in fixture_files(HERE / "backend")}
    return {path: properties for path, properties in found.items() if properties}


def is_test(path: Path) -> bool:
    """Say whether a Python file belongs to the tests of its service."""
    return path.name.startswith(("test_", "conftest")) or path.name.endswith("_test.py") or "tests" in path.parts


def holds(construct: dict, name: str, compose: str) -> bool:
    """Say whether one service holds one construct."""
    folder = HERE / SERVICES / name
    where, pattern = construct["where"], construct["pattern"].replace("SERVICE", re.escape(name))
    if "also" in construct and not holds(construct["also"], name, compose):
        return False
    if where == "compose":
        return re.search(pattern, compose, re.MULTILINE | re.DOTALL) is not None
    if where == "folder":
        return bool(namespace_folders(folder))
    files = fixture_files(folder)
    if where == "path":
        return any(re.search(pattern, f"{name}/{path.relative_to(folder)}") for path in files)
    kinds = where if isinstance(where, list) else [where]
    wanted = (path for path in files if any(wanted_kind(kind, path.relative_to(folder)) for kind in kinds))
    return any(re.search(pattern, text_of(path), re.MULTILINE) for path in wanted if not path.is_symlink())


def text_of(path: Path) -> str:
    """Read a file of any encoding, its line ends as one character."""
    return path.read_bytes().decode("latin-1").replace("\r\n", "\n")


def namespace_folders(service: Path) -> list[str]:
    """Name the folders that are imported although they have no __init__.py."""
    code = "\n".join(path.read_bytes().decode("latin-1") for path in service.rglob("*.py") if path.is_file())
    folders = {path.parent for path in service.glob("*/*.py") if not (path.parent / "__init__.py").exists()}
    imported = (folder.name for folder in folders)
    return sorted(name for name in imported if re.search(rf"^\s*(from|import) {name}\b", code, re.MULTILINE))


def wanted_kind(where: str, local: Path) -> bool:
    """Match a file of a service with the `where` of a construct."""
    if where == "code":
        return local.suffix == ".py" and not is_test(local)
    if where == "tests":
        return local.suffix == ".py" and is_test(local)
    if where == "python":
        return local.suffix == ".py"
    return local.match(where)


def measure_constructs(names: list[str], byte_map: dict[str, list[str]]) -> dict[str, list[str]]:
    """Map each construct to the services that hold it."""
    constructs = tomllib.loads((HERE / "constructs.toml").read_text())
    compose = (HERE / "docker-compose.yml").read_text()
    found = {key: [name for name in names if holds(one, name, compose)] for key, one in constructs.items()}
    for path, properties in byte_map.items():
        if not path.startswith(SERVICES):
            continue
        for one in properties:
            services = found.setdefault(f"bytes: {one}", [])
            owner = path.removeprefix(SERVICES + "/").partition("/")[0]
            if owner not in services:
                services.append(owner)
    return found
