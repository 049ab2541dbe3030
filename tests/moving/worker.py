"""Runs the drivers of many programs in one process: a path list in, a line of JSON each out."""

import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout

sys.dont_write_bytecode = True
STAND_IN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "stand_in")
# What the programs import from the standard library stays loaded between them.
import asyncio, collections, contextlib, dataclasses, enum, functools, importlib, inspect  # noqa: E401, E402, F401
import logging, pathlib, types, typing, unittest.mock  # noqa: E401, E402, F401

sys.path.insert(0, STAND_IN)
import fastapi  # noqa: E402, F401

KNOWN_MODULES = set(sys.modules)
KNOWN_PATH = list(sys.path)


def run(root, source):
    sys.path[:] = [os.path.join(root, source), os.path.dirname(root), *KNOWN_PATH]
    sys.path_importer_cache.clear()
    os.chdir(root)
    driver = os.path.join(root, "tests", "driver.py")
    out, complaint = io.StringIO(), None
    try:
        with open(driver, "rb") as file:
            code = compile(file.read(), driver, "exec")
        with redirect_stdout(out), redirect_stderr(io.StringIO()):
            exec(code, {"__name__": "__main__", "__file__": driver, "__builtins__": __builtins__})
    except BaseException as error:  # noqa: BLE001
        complaint = f"{type(error).__name__}: {error}"
    for name in set(sys.modules) - KNOWN_MODULES:
        del sys.modules[name]
    return {"out": out.getvalue(), "error": complaint}


for line in sys.stdin:
    before, after = json.loads(line)
    print(json.dumps([run(before, "."), run(after, "src")]), flush=True)
