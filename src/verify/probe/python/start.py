"""Entry of the behaviour probe: ``python start.py SPEC RESULT``.

Runs inside the interpreter under examination, in a scratch copy of the service. Everything it
learns is appended to RESULT as JSON lines the moment it is known, so that a run that hangs or
dies still tells what it saw. Only the standard library is imported before the service is.
"""

import json
import os
import sys


def main() -> None:
    """Isolate this process, then run the mode that SPEC names."""
    tools = sys.path.pop(0)
    with open(sys.argv[1], encoding="utf-8") as source:
        spec = json.load(source)
    sys.path.insert(0, tools)
    from scaffold_probe import application, answers, record, sandbox, suite

    sys.path.remove(tools)
    isolation = sandbox.enter(spec["isolate"], spec["writable"])
    os.chdir(spec["cwd"])
    log = record.Record(sys.argv[2])
    log.write("start", isolation=isolation, python=sys.version.split()[0])
    modes = {"application": application.run, "answers": answers.run, "suite": suite.run}
    try:
        modes[spec["mode"]](spec, log)
    except BaseException as error:  # noqa: BLE001 - the service's code may raise anything
        log.write("crash", **record.failure(error))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # services leave threads and consumers behind


main()
