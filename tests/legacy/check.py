#!/usr/bin/env python3
"""Measures the legacy fixtures and compares with what is written down.

    check.py [--python VENV/bin/python] [--only NAME ...] [--write]

`expected.toml` says how each service is started and what was measured at its
baseline; `constructs.toml` says which constructs the fixtures have to hold;
the table in `README.md` says which service holds which. All three are compared
with the tree. Nothing runs in place: the tree is copied to a scratch folder.

Exit status: 0 as written, 1 something differs, 2 bad usage. `--write` replaces
the measured part of `expected.toml` and the table of `README.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVICES = "backend/services"
TIME_LIMIT = 60
MARK = "<!-- measured by check.py -->"
HEADER = """\
# How each fixture is started and what was measured at its baseline, by check.py.
# By hand: why, apps.run, apps.by, cwd, pythonpath, env. Measured: the rest.
# Paths are relative to this folder. A run string is tried from `cwd` with
# `pythonpath` on the path; the tests run from the folder of the service.
# routes: entries of app.routes without FastAPI's own documentation pages.
"""

PROBE = """
import importlib, json, sys
module, _, name = sys.argv[1].partition(":")
try:
    app = getattr(importlib.import_module(module), name.removesuffix("()"))
    app = app() if name.endswith("()") else app
    own = {"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}
    routes = [route for route in app.routes if getattr(route, "path", None) not in own]
    found = {"imports": True, "routes": len(routes), "openapi_paths": len(app.openapi()["paths"])}
except BaseException as error:
    found = {"imports": False, "error": type(error).__name__}
print("\\n@@" + json.dumps(found))
"""


def environment(root: Path, extra: dict[str, str], paths: list[str]) -> dict[str, str]:
    """Return a scrubbed environment, so that no setting of the caller leaks in.

    Compiled files are kept beside the scratch folders: an environment that was
    installed without them would be compiled again by each process.
    """
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(root),
        "LANG": "C.UTF-8",
        "PYTHONPYCACHEPREFIX": str(root.parent / "pycache"),
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(str(root / path) for path in paths),
        **extra,
    }


def run(argv: list[str], cwd: Path, env: dict[str, str]) -> str:
    """Run one program to its end and return what it wrote to standard output."""
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    return done.stdout


def measure_app(python: str, root: Path, service: dict, app: dict) -> dict:
    """Import one app in a process of its own."""
    cwd = app.get("cwd", service["cwd"])
    paths = app.get("pythonpath", service["pythonpath"])
    env = environment(root, service.get("env", {}), [cwd, *paths])
    out = run([python, "-c", PROBE, app["run"]], root / cwd, env)
    answer = out.rpartition("\n@@")[2]
    return json.loads(answer) if answer else {"imports": False, "error": "no answer"}


def measure_tests(python: str, root: Path, name: str, service: dict) -> dict:
    """Run the service's own tests from its own folder, as its developers do."""
    folder = root / SERVICES / name
    report = root / f"{name}.xml"
    env = environment(root, service.get("env", {}), service["pythonpath"])
    options = ["-q", "-p", "no:cacheprovider", "--continue-on-collection-errors", f"--junitxml={report}"]
    run([python, "-m", "pytest", *options], folder, env)
    if not report.exists():
        return {"passed": 0, "failed": 0, "errors": 1, "skipped": 0}
    counts = {"passed": 0, "failed": 0, "errors": 0, "skipped": 0}
    kinds = {"failure": "failed", "error": "errors", "skipped": "skipped"}
    not_passed = []
    for case in ElementTree.parse(report).iter("testcase"):
        outcome = next((kinds[child.tag] for child in case if child.tag in kinds), "passed")
        counts[outcome] += 1
        if outcome != "passed":
            not_passed.append(f"{outcome}: {case.get('classname')}::{case.get('name')}".replace("\n", " "))
    return counts | ({"not_passed": sorted(not_passed)} if not_passed else {})


def measure_service(python: str, scratch: Path, name: str, service: dict) -> dict:
    """Return the service as written, with every measured value replaced."""
    root = scratch / name
    shutil.copytree(HERE / "backend", root / "backend", symlinks=True)
    apps = [app | {"measured": measure_app(python, root, service, app)} for app in service["apps"]]
    return service | {"apps": apps, "tests": measure_tests(python, root, name, service)}


def measure_services(python: str, services: dict[str, dict]) -> dict[str, dict]:
    """Measure every service, two at a time, each in a copy of the whole backend."""
    with tempfile.TemporaryDirectory(prefix="legacy-") as scratch, ThreadPoolExecutor(max_workers=2) as pool:
        jobs = {name: pool.submit(measure_service, python, Path(scratch), name, one) for name, one in services.items()}
        return {name: job.result() for name, job in jobs.items()}


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
    where, pattern = construct["where"], construct["pattern"]
    if "also" in construct and not holds(construct["also"], name, compose):
        return False
    if where == "compose":
        return re.search(pattern.replace("SERVICE", re.escape(name)), compose, re.MULTILINE | re.DOTALL) is not None
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


def table(measured: dict, constructs: dict[str, list[str]]) -> str:
    """Write the README's table: what each service is and which constructs it holds."""
    lines = [MARK, "", "| service | starts | tests | constructs |", "|---|---|---|---|"]
    for name, service in measured.items():
        starts = ", ".join(describe_app(app) for app in service["apps"])
        tests = " ".join(f"{n} {kind}" for kind, n in service["tests"].items() if isinstance(n, int) and n)
        held = "; ".join(key for key, services in constructs.items() if name in services)
        lines.append(f"| `{name}`: {service['why']} | {starts} | {tests} | {held} |")
    lines += ["", "| construct | services |", "|---|---|"]
    lines += [f"| {key} | {len(services)} |" for key, services in constructs.items()]
    return "\n".join(lines) + "\n"


def describe_app(app: dict) -> str:
    """Say in a few words how one app starts and what it has."""
    found = app["measured"]
    result = f"{found['routes']} routes" if found["imports"] else found["error"]
    return f"`{app['run']}` ({app['by']}): {result}"


def toml_value(value: object) -> str:
    """Format one value as TOML (strings, numbers, booleans, lists, inline tables)."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml_value(item)}" for key, item in value.items()) + " }"
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)


def to_toml(measured: dict, byte_map: dict[str, list[str]]) -> str:
    """Write the whole of expected.toml."""
    out = [HEADER]
    for name, service in measured.items():
        out.append(f'[services."{name}"]')
        out += [f"{key} = {toml_value(service[key])}" for key in ("why", "cwd", "pythonpath")]
        if service.get("env"):
            out.append(f"env = {toml_value(service['env'])}")
        out += [f"{key} = [\n" + "".join(f"  {toml_value(item)},\n" for item in service[key]) + "]" for key in ("apps",)]
        out.append(f"tests = {toml_value(service['tests'])}\n")
    out.append("# Every file whose bytes are unusual.\n[bytes]")
    out += [f"{json.dumps(path)} = {toml_value(properties)}" for path, properties in byte_map.items()]
    return "\n".join(out) + "\n"


def differences(expected: dict, measured: dict, byte_map: dict, constructs: dict, readme_table: str) -> list[str]:
    """Name everything that is not as written."""
    found = []
    for name, service in measured.items():
        written = expected["services"][name]
        if written.get("tests") != service["tests"]:
            found.append(f"{name}: tests were {written.get('tests')}, are {service['tests']}")
        for before, after in zip(written["apps"], service["apps"], strict=True):
            if before.get("measured") != after["measured"]:
                found.append(f"{name}: {after['run']} was {before.get('measured')}, is {after['measured']}")
    folders = {path.name for path in (HERE / SERVICES).iterdir() if path.is_dir() and path.name != "__pycache__"}
    found += [f"{name}: not in expected.toml" for name in sorted(folders - set(expected["services"]))]
    found += [f"{name}: no such folder" for name in sorted(set(expected["services"]) - folders)]
    for path in sorted(set(byte_map) | set(expected.get("bytes", {}))):
        before, after = expected.get("bytes", {}).get(path), byte_map.get(path)
        if before != after:
            found.append(f"{path}: bytes were {before}, are {after}")
    found += [f"construct {key!r} is held by no service" for key, services in constructs.items() if not services]
    if readme_table and readme_table not in (HERE / "README.md").read_text():
        found.append("README.md: the table is not what was measured (check.py --write)")
    return found


def write(measured: dict, byte_map: dict, text: str) -> None:
    """Replace the measured part of expected.toml and of README.md."""
    (HERE / "expected.toml").write_text(to_toml(measured, byte_map))
    readme = HERE / "README.md"
    readme.write_text(readme.read_text().partition(MARK)[0] + text)


def main() -> int:
    """Measure, compare or write, and say what differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--python", default=sys.executable, help="interpreter with requirements.txt installed")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="measure these services only")
    parser.add_argument("--write", action="store_true", help="write what was measured")
    args = parser.parse_args()
    expected = tomllib.loads((HERE / "expected.toml").read_text())
    names = args.only or list(expected["services"])
    if unknown := [name for name in names if name not in expected["services"]]:
        parser.error(f"not in expected.toml: {', '.join(unknown)}")
    if args.only and args.write:
        parser.error("--write needs every service")
    measured = measure_services(args.python, {name: expected["services"][name] for name in names})
    byte_map = measure_bytes()
    constructs = measure_constructs(list(expected["services"]), byte_map)
    text = "" if args.only else table(measured, constructs)
    if args.write:
        write(measured, byte_map, text)
        expected = tomllib.loads((HERE / "expected.toml").read_text())
    found = differences(expected, measured, byte_map, constructs, text)
    for one in found:
        print(one)
    passed = sum(service["tests"]["passed"] for service in measured.values())
    print(f"{len(measured)} services, {passed} tests pass, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
