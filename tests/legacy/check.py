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
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

from tree_facts import HERE, SERVICES, measure_bytes, measure_constructs

TIME_LIMIT = 120
MARK = "<!-- measured by check.py -->"
HEADER = """\
# How each fixture is started and what was measured at its baseline, by check.py.
# By hand: why, apps.run, apps.by, cwd, pythonpath. Measured: the rest.
# Paths are relative to this folder. A run string is tried from `cwd` with
# `pythonpath` on the path; the tests run from the folder of the service.
# routes: entries of app.routes without FastAPI's own documentation pages.
"""

# Loads what every app needs once, then imports each app in a fork of its own.
PROBE = """
import importlib, json, os, sys
import fastapi, httpx, pydantic_settings, sqlalchemy, uvicorn

def probe(run):
    module, _, name = run.partition(":")
    app = getattr(importlib.import_module(module), name.removesuffix("()"))
    app = app() if name.endswith("()") else app
    own = {"/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"}
    routes = [route for route in app.routes if getattr(route, "path", None) not in own]
    return {"imports": True, "routes": len(routes), "openapi_paths": len(app.openapi()["paths"])}

for number, job in enumerate(json.load(sys.stdin)):
    sys.stdout.flush()
    if os.fork():
        os.wait()
        continue
    os.chdir(job["cwd"])
    sys.path[:0] = job["paths"]
    try:
        found = probe(job["run"])
    except BaseException as error:
        found = {"imports": False, "error": type(error).__name__}
    print("\\n@@" + json.dumps([number, found]), flush=True)
    os._exit(0)
"""


def environment(root: Path, paths: list[str]) -> dict[str, str]:
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
    }


def run(argv: list[str], cwd: Path, env: dict[str, str], stdin: str = "") -> str:
    """Run one program and return what it wrote to standard output; nothing when it does not end."""
    options = {"cwd": cwd, "env": env, "input": stdin, "timeout": TIME_LIMIT}
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, **options)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


def measure_apps(python: str, scratch: Path, services: dict[str, dict]) -> dict[str, list[dict]]:
    """Import every app of every service, each in a process of its own."""
    root = scratch / "apps"
    shutil.copytree(HERE / "backend", root / "backend", symlinks=True)
    owners, jobs = [], []
    for name, service in services.items():
        for app in service["apps"]:
            cwd = root / app.get("cwd", service["cwd"])
            paths = [cwd, *(root / path for path in app.get("pythonpath", service["pythonpath"]))]
            owners.append((name, app))
            jobs.append({"run": app["run"], "cwd": str(cwd), "paths": [str(path) for path in paths]})
    out = run([python, "-c", PROBE], root, environment(root, []), json.dumps(jobs))
    answers = dict(json.loads(line[2:]) for line in out.splitlines() if line.startswith("@@"))
    found: dict[str, list[dict]] = {name: [] for name in services}
    for number, (name, app) in enumerate(owners):
        found[name].append(app | {"measured": answers.get(number, {"imports": False, "error": "no answer"})})
    return found


def measure_tests(python: str, root: Path, folder: Path, paths: list[str], tests: list[str]) -> dict:
    """Run tests from a folder, as its developers do."""
    report = root / "report.xml"
    options = ["-q", "-p", "no:cacheprovider", "--continue-on-collection-errors", f"--junitxml={report}"]
    run([python, "-m", "pytest", *options, *tests], folder, environment(root, paths))
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
    """Run the tests of one service in a copy of the whole backend."""
    root = scratch / name
    shutil.copytree(HERE / "backend", root / "backend", symlinks=True)
    return measure_tests(python, root, root / SERVICES / name, service["pythonpath"], [])


def measure_across(python: str, scratch: Path) -> dict:
    """Run the tests that look into several services, from the top."""
    root = scratch / "across"
    shutil.copytree(HERE / "backend", root / "backend", symlinks=True)
    return measure_tests(python, root, root, ["."], ["backend/tests"])


def measure_all(python: str, services: dict[str, dict]) -> tuple[dict[str, dict], dict]:
    """Return every service with its measured values replaced, and the tests across services."""
    with tempfile.TemporaryDirectory(prefix="legacy-") as name, ThreadPoolExecutor(max_workers=2) as pool:
        scratch = Path(name)
        apps = pool.submit(measure_apps, python, scratch, services)
        tests = {name: pool.submit(measure_service, python, scratch, name, one) for name, one in services.items()}
        across = pool.submit(measure_across, python, scratch)
        measured = {
            name: one | {"apps": apps.result()[name], "tests": tests[name].result()} for name, one in services.items()
        }
        return measured, across.result()


def table(measured: dict, constructs: dict[str, list[str]]) -> str:
    """Write the README's tables: what each service is, and which services hold a construct."""
    lines = [MARK, "", "| service | what it is | starts | tests |", "|---|---|---|---|"]
    for name, service in measured.items():
        starts = "<br>".join(describe_app(app) for app in service["apps"])
        tests = ", ".join(f"{n} {kind}" for kind, n in service["tests"].items() if isinstance(n, int) and n)
        lines.append(f"| `{name}` | {service['why']} | {starts} | {tests} |")
    lines += ["", "| construct | in services |", "|---|---|"]
    lines += [f"| {key} | {', '.join(short_name(name) for name in held)} |" for key, held in constructs.items()]
    return "\n".join(lines) + "\n"


def short_name(service: str) -> str:
    """Leave out what nearly every service has in its name."""
    return service.removesuffix("_service")


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


def to_toml(measured: dict, across: dict, byte_map: dict[str, list[str]]) -> str:
    """Write the whole of expected.toml."""
    out = [HEADER, f"# backend/tests, from the top.\n[across]\ntests = {toml_value(across)}\n"]
    for name, service in measured.items():
        out.append(f'[services."{name}"]')
        out += [f"{key} = {toml_value(service[key])}" for key in ("why", "cwd", "pythonpath")]
        out += ["apps = [", *(f"  {toml_value(app)}," for app in service["apps"]), "]"]
        out.append(f"tests = {toml_value(service['tests'])}\n")
    out.append("# Every file whose bytes are unusual.\n[bytes]")
    out += [f"{json.dumps(path)} = {toml_value(properties)}" for path, properties in byte_map.items()]
    return "\n".join(out) + "\n"


def test_differences(expected: dict, measured: dict, across: dict) -> list[str]:
    """Name every app and every test result that is not as written."""
    found = []
    if (before := expected.get("across", {}).get("tests")) != across:
        found.append(f"backend/tests: tests were {before}, are {across}")
    for name, service in measured.items():
        written = expected["services"][name]
        if written.get("tests") != service["tests"]:
            found.append(f"{name}: tests were {written.get('tests')}, are {service['tests']}")
        for before, after in zip(written["apps"], service["apps"], strict=True):
            if before.get("measured") != after["measured"]:
                found.append(f"{name}: {after['run']} was {before.get('measured')}, is {after['measured']}")
    return found


def tree_differences(expected: dict, byte_map: dict, constructs: dict) -> list[str]:
    """Name every folder, file and construct that is not as written."""
    found = []
    folders = {path.name for path in (HERE / SERVICES).iterdir() if path.is_dir() and path.name != "__pycache__"}
    found += [f"{name}: not in expected.toml" for name in sorted(folders - set(expected["services"]))]
    found += [f"{name}: no such folder" for name in sorted(set(expected["services"]) - folders)]
    for path in sorted(set(byte_map) | set(expected.get("bytes", {}))):
        before, after = expected.get("bytes", {}).get(path), byte_map.get(path)
        if before != after:
            found.append(f"{path}: bytes were {before}, are {after}")
    return found + [f"construct {key!r} is held by no service" for key, services in constructs.items() if not services]


def write(expected: str, text: str) -> None:
    """Replace the measured part of expected.toml and of README.md."""
    (HERE / "expected.toml").write_text(expected)
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
    measured, across = measure_all(args.python, {name: expected["services"][name] for name in names})
    byte_map = measure_bytes()
    constructs = measure_constructs(list(expected["services"]), byte_map)
    text = table(measured, constructs)
    if args.write:
        write(to_toml(measured, across, byte_map), text)
        expected = tomllib.loads((HERE / "expected.toml").read_text())
    found = test_differences(expected, measured, across) + tree_differences(expected, byte_map, constructs)
    if not args.only and text not in (HERE / "README.md").read_text():
        found.append("README.md: the table is not what was measured (check.py --write)")
    for one in found:
        print(one)
    passed = sum(service["tests"]["passed"] for service in measured.values()) + across["passed"]
    print(f"{len(measured)} services, {passed} tests pass, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
