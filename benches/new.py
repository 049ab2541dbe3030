"""The measuring half of new.sh: makes the peers' templates and times everyone in turn."""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

WORK = Path(os.environ["WORK"])
PEERS = Path(os.environ["PEERS"], "bin")
SCAFFOLD = os.environ["SCAFFOLD"]
SERVICE = WORK / "demo/services/osint_service"

Make = Callable[[Path, int], list[str]]


def template(target: Path, opening: str, closing: str) -> None:
    """Copies the generated service with its name and port as variables."""
    words = {"osint_service": "name", "osint-service": "slug", "8100": "port"}
    for source in sorted(SERVICE.rglob("*")):
        below = source.relative_to(SERVICE)
        if not source.is_file() or below.parts[0] == ".scaffold":
            continue
        path, text = str(below), source.read_text()
        if any(mark in text for mark in ("{{", "{%", "{#")):
            text = f"{{% raw %}}{text}{{% endraw %}}"
        else:
            for old, new in words.items():
                text = text.replace(old, f"{opening}{new}{closing}")
        path = path.replace("osint_service", f"{opening}name{closing}")
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text)


def cookiecutter() -> Make:
    home = WORK / "cookiecutter"
    template(home / "{{cookiecutter.name}}", "{{cookiecutter.", "}}")
    values = {"name": "osint_service", "slug": "osint-service", "port": "8100"}
    (home / "cookiecutter.json").write_text(json.dumps(values))
    command = [str(PEERS / "cookiecutter"), "--no-input", str(home), "--output-dir"]
    return lambda target, number: [*command, str(target), f"name=service_{number}"]


def copier() -> Make:
    home = WORK / "copier"
    template(home / "template", "{{", "}}")
    for source in sorted((home / "template").rglob("*"), reverse=True):
        if source.is_file():
            source.rename(source.with_name(source.name + ".jinja"))
    questions = "_subdirectory: template\nname: {type: str, default: osint_service}\n"
    questions += "slug: {type: str, default: osint-service}\nport: {type: int, default: 8100}\n"
    (home / "copier.yml").write_text(questions)
    command = [str(PEERS / "copier"), "copy", "--defaults", "--quiet", "--data"]
    return lambda target, number: [*command, f"name=service_{number}", str(home), str(target / "s")]


def cargo_generate() -> Make:
    """cargo-generate 0.26.0 as the library that is in our own binary, without its command line."""
    home = WORK / "cargo-generate"
    template(home, "{{", "}}")
    (home / "cargo-generate.toml").write_text("")
    values = ["--define", "slug=osint-service", "--define", "port=8100"]
    return lambda target, number: [
        SCAFFOLD, "__liquid", str(home), str(target), f"service_{number}", *values,
        "--define", f"name=service_{number}",
    ]


def scaffold() -> Make:
    """Into a workspace that exists: service, port, compose entry, under the lock."""
    home = WORK / "workspace"
    shutil.copytree(WORK / "demo", home)
    command = [SCAFFOLD, "new", "--quiet", "--root", str(home)]
    return lambda _target, number: [*command, f"service_{number}x"]


def scaffold_workspace() -> Make:
    """The workspace with its three libraries, too."""
    return lambda target, _number: [
        SCAFFOLD, "new", "osint_service", "--yes", "--quiet", "--root", str(target / "w"),
    ]


def measure(make: Make, number: int) -> tuple[float, float]:
    """Wall and processor time of one run, in milliseconds."""
    target = WORK / "out"
    target.mkdir()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(make(target, number), check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, cwd=WORK, env={**os.environ, "USER": "bench"})
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    shutil.rmtree(target)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1000, used * 1000


def main() -> None:
    makers = {"scaffold (service)": scaffold(), "scaffold (workspace)": scaffold_workspace(),
              "cookiecutter": cookiecutter(), "copier": copier(),
              "cargo-generate (library)": cargo_generate()}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in makers}
    for number in range(int(sys.argv[1]) + 1):
        for name, make in makers.items():
            times[name].append(measure(make, number))
    medians = {
        name: tuple(statistics.median(column) for column in zip(*runs[1:], strict=True))
        for name, runs in times.items()
    }
    base = medians["scaffold (service)"]
    print("| | wall ms | processor ms | wall ratio | processor ratio |\n|---|---|---|---|---|")
    for name, (wall, used) in medians.items():
        print(f"| {name} | {wall:.0f} | {used:.0f} | {wall / base[0]:.1f} | {used / base[1]:.1f} |")


main()
