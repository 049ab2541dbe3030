"""The measuring half of audit.sh: times everyone in turn on one tree, then growth on copies of it."""

import os
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

WORK = Path(os.environ["WORK"])
PEERS = Path(os.environ["PEERS"])
SCAFFOLD = os.environ["SCAFFOLD"]
BIN = PEERS / "bin"

# import-linter's graph of the service with the most files.
GRAPH = """
import pathlib, sys, grimp
root = pathlib.Path(sys.argv[1])
size = lambda folder: sum(1 for _ in folder.rglob("*.py"))
largest = max((one for one in root.rglob("services/*") if one.is_dir()), key=size)
sys.path.insert(0, str(largest.parent))
grimp.build_graph(largest.name, cache_dir=None)
"""


class Cost(NamedTuple):
    """What one run took."""

    wall: float
    processor: float
    memory: float
    stopped: bool


def run(command: list[str], limit: float) -> Cost:
    """Runs to the end, or until the limit; processor time and memory of the whole process."""
    start = time.monotonic()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    timer = threading.Timer(limit, lambda: os.killpg(process.pid, signal.SIGKILL))
    timer.start()
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    wall = time.monotonic() - start
    stopped = os.WIFSIGNALED(status)
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, stopped)


def audit(tree: Path) -> list[str]:
    """The whole report as a page, duplicates and graphs included."""
    report = str(WORK / "report.html")
    words = ["audit", str(tree), "--format", "html", "--output", report, "--fail-on", "never"]
    return [SCAFFOLD, *words]


def ruff(tree: Path) -> list[str]:
    """Ruff with its default rules."""
    return [str(BIN / "ruff"), "check", "--no-cache", "--isolated", "--quiet", str(tree)]


def once(tree: Path) -> dict[str, list[str]]:
    """Peers for one part of it, which take long: one round each."""
    found = {
        "pylint duplicate-code": [
            str(BIN / "pylint"),
            "--recursive=y",
            "--disable=all",
            "--enable=duplicate-code",
            str(tree),
        ],
        "grimp (import-linter's graph), largest service": [
            str(BIN / "python"),
            "-c",
            GRAPH,
            str(tree),
        ],
    }
    jscpd = PEERS / "node_modules/.bin/jscpd"
    if jscpd.exists():
        found["jscpd"] = [str(jscpd), "--silent", "--pattern", "**/*.py", str(tree)]
    return found


def row(name: str, costs: list[Cost], base: Cost) -> None:
    """One line of the table."""
    wall = statistics.median(cost.wall for cost in costs)
    processor = statistics.median(cost.processor for cost in costs)
    memory = max(cost.memory for cost in costs)
    note = " (stopped)" if any(cost.stopped for cost in costs) else ""
    ratio = f"{processor / base.processor:.2f}"
    print(f"| {name}{note} | {wall:.2f} | {processor:.2f} | {memory:.0f} | {ratio} |", flush=True)


def main() -> None:
    """Rounds, then the long peers, then growth."""
    rounds, limit = int(sys.argv[1]), float(sys.argv[2])
    tree = WORK / "one"
    costs: dict[str, list[Cost]] = {"scaffold audit": [], "ruff check": []}
    for _ in range(rounds):
        costs["scaffold audit"].append(run(audit(tree), limit))
        costs["ruff check"].append(run(ruff(tree), limit))
    base = Cost(*(statistics.median(part) for part in zip(*costs["scaffold audit"], strict=True)))
    print(f"load {os.getloadavg()[0]:.0f}, {os.cpu_count()} processors, {rounds} rounds\n")
    print("| | wall s | processor s | peak MB | processor ratio |\n|---|---|---|---|---|")
    for name, own in costs.items():
        row(name, own, base)
    for name, command in once(tree).items():
        row(name, [run(command, limit)], base)
    copies = WORK / "copies"
    made = 0
    for wanted in (1, 4, 16):
        while made < wanted:
            made += 1
            shutil.copytree(tree, copies / f"copy{made}", symlinks=True)
        row(f"scaffold audit, {wanted} copies", [run(audit(copies), limit)], base)


main()
