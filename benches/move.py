"""The measuring half of move.sh: moves one module with each tool, and looks at what came of it."""

import ast
import difflib
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

WORK = Path(os.environ["WORK"])
BIN = Path(os.environ["PEERS"]) / "bin"
SCAFFOLD = os.environ["SCAFFOLD"]

ROPE = """
import sys
from rope.base.project import Project
from rope.refactor.move import create_move
project = Project(".", ropefolder=None)
changes = create_move(project, project.get_resource(sys.argv[1])).get_changes(
    project.get_resource(sys.argv[2])
)
project.do(changes)
"""
STEP = """id = "move"
title = "Move a module"
kind = "preserving"
since = "0.1.0"

[[operation]]
verb = "move-file"
from = "{old}"
to = "{new}"
"""
RULE = "id: {number}\nlanguage: Python\nrule: {{pattern: '{old}'}}\nfix: '{new}'\n"


def dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


class Move(NamedTuple):
    """What is moved where: paths below the service."""

    service: Path
    old: str
    new: str

    def rules(self) -> str:
        """Rules of ast-grep for every form of import that names the module."""
        old, new = dotted(self.old), dotted(self.new)
        forms = ["from {} import $$$NAMES", "import {}", "import {} as $NAME"]
        rules = [
            RULE.format(number=f"r{number}", old=form.format(old), new=form.format(new))
            for number, form in enumerate(forms)
        ]
        return "---\n".join(rules)


def copied(move: Move, tool: str) -> Path:
    """A fresh copy of the service, in a workspace of its own."""
    root = WORK / tool
    shutil.rmtree(root, ignore_errors=True)
    home = root / "services" / move.service.name
    shutil.copytree(move.service, home, symlinks=True)
    package = (home / move.new).parent
    package.mkdir(parents=True, exist_ok=True)
    if not (package / "__init__.py").exists():
        (package / "__init__.py").touch()
    (root / "scaffold.toml").write_text('[workspace]\nname = "bench"\n')
    step = root / ".scaffold/migrations/5000-move"
    step.mkdir(parents=True)
    (step / "README.md").write_text("# move\n")
    (step / "step.toml").write_text(STEP.format(old=move.old, new=move.new))
    return home


def commands(move: Move, tool: str, home: Path) -> tuple[Path, list[list[str]]]:
    """The folder in which a tool runs, and what is run."""
    by_hand = ["mv", move.old, move.new]
    old, new = dotted(move.old), dotted(move.new)
    python = str(BIN / "python")
    match tool:
        case "scaffold":
            words = [f"services/{home.name}", "--only", "move", "--yes", "--no-commit"]
            return home.parents[1], [[SCAFFOLD, "migrate", *words]]
        case "rope":
            return home, [[python, "-c", ROPE, move.old, str(Path(move.new).parent)]]
        case "LibCST":
            quiet = ["--no-format", "--hide-progress"]
            rename = ["rename.RenameCommand", "--old_name", old, "--new_name", new, "."]
            codemod = [python, "-m", "libcst.tool", "codemod", *quiet, *rename]
            return home, [by_hand, codemod]
        case _:
            scan = ["scan", "--inline-rules", move.rules(), "--update-all", "."]
            return home, [by_hand, [str(BIN / "ast-grep"), *scan]]


def run(folder: Path, steps: list[list[str]]) -> tuple[float, float, int]:
    """Wall time, processor time and the last exit status."""
    start, processor, status = time.monotonic(), 0.0, 0
    for step in steps:
        process = subprocess.Popen(
            step, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        processor += usage.ru_utime + usage.ru_stime
    return time.monotonic() - start, processor, os.waitstatus_to_exitcode(status)


class Found(NamedTuple):
    """What names a module in one tree, file by file."""

    imports: Counter[str]
    relative: Counter[str]
    strings: Counter[str]
    own: set[str]
    unreadable: set[str]


def resolved(home: Path, file: str, node: ast.ImportFrom | ast.Import) -> set[str]:
    """The files of the service that an import names."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        above = Path(file).parent.parts
        base = above[: len(above) - (node.level - 1)] if node.level else ()
        module = ".".join([*base, *([node.module] if node.module else [])])
        names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
    paths = [name.replace(".", "/") + end for name in names for end in (".py", "/__init__.py")]
    return {path for path in paths if (home / path).is_file()}


def look(home: Path, module: str) -> Found:
    """Reads every file of a tree."""
    found = Found(Counter(), Counter(), Counter(), set(), set())
    name = dotted(module)
    for path in home.rglob("*.py"):
        file = path.relative_to(home).as_posix()
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            found.unreadable.add(file)
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                targets = resolved(home, file, node)
                if file == module:
                    found.own.update(targets)
                if module in targets:
                    is_relative = isinstance(node, ast.ImportFrom) and node.level > 0
                    (found.relative if is_relative else found.imports)[file] += 1
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.strings[file] += node.value == name or node.value.startswith(f"{name}.")
    return found


def needless(before: Path, after: Path, move: Move) -> int:
    """Changed lines in which the module was not named."""
    stem = Path(move.old).stem
    count = 0
    for path in before.rglob("*.py"):
        file = path.relative_to(before).as_posix()
        now = after / (move.new if file == move.old else file)
        if not now.is_file() or path.read_bytes() == now.read_bytes():
            continue
        lines = [one.read_text(errors="replace").splitlines() for one in (path, now)]
        for line in difflib.ndiff(*lines):
            is_own = file == move.old and "import" in line
            count += line.startswith("- ") and stem not in line and not is_own
    return count


def collected(python: str, home: Path, files: list[str]) -> set[str]:
    """The tests of files that can be imported."""
    options = ["--collect-only", "-q", "-p", "no:cacheprovider", "-o", "addopts=", "--no-header"]
    output = subprocess.run(
        [python, "-m", "pytest", *options, *files],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(home)},
    ).stdout
    return {line for line in output.splitlines() if ".py::" in line and " " not in line}


def kept(before: Counter[str], after: Counter[str], move: Move) -> str:
    """How many of what there was are there, file by file."""
    there = {move.old if file == move.new else file: count for file, count in after.items()}
    right = sum(min(count, there.get(file, 0)) for file, count in before.items())
    return f"{right} of {before.total()}"


def main() -> None:
    service, old, new, rounds, python = sys.argv[1:]
    move = Move(Path(service), old, new)
    tools = ["scaffold", "rope", "LibCST", "ast-grep"]
    costs: dict[str, list[tuple[float, float]]] = {tool: [] for tool in tools}
    status = {}
    for _ in range(int(rounds)):
        for tool in tools:
            home = copied(move, tool)
            wall, processor, status[tool] = run(*commands(move, tool, home))
            costs[tool].append((wall, processor))
    untouched = copied(move, "untouched")
    before = look(untouched, old)
    users = sorted(+(before.imports + before.relative + before.strings))
    tests = [file for file in users if Path(file).name.startswith("test_")]
    green = collected(python, untouched, tests) if python else set()
    print(f"{old} to {new}: {len(users)} files name it, {len(tests)} of them tests\n")
    heads = ["wall s", "processor s", "imports", "relative imports", "its own imports"]
    heads += ["strings", "no longer parse", "other lines changed", "tests that are found", "exit status"]
    print("| | " + " | ".join(heads) + " |\n" + "|---" * (len(heads) + 1) + "|")
    for tool in tools:
        home = WORK / tool / "services" / move.service.name
        after = look(home, new)
        relative = after.relative + after.imports if before.relative else after.relative
        imports = after.imports + after.relative
        wall, processor = (statistics.median(column) for column in zip(*costs[tool], strict=True))
        ran = len(green & collected(python, home, tests)) if python else 0
        cells = [
            f"{wall:.2f}",
            f"{processor:.2f}",
            kept(before.imports, imports, move),
            kept(before.relative, relative, move),
            f"{len(before.own & after.own)} of {len(before.own)}",
            kept(before.strings, after.strings, move),
            str(len(after.unreadable - before.unreadable)),
            str(needless(untouched, home, move)),
            f"{ran} of {len(green)}" if python else "not run",
            str(status[tool]),
        ]
        print(f"| {tool} | " + " | ".join(cells) + " |", flush=True)


main()
