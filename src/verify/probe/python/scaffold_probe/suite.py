"""The service's own tests, run by pytest with the service's own configuration.

Each result is written as it happens. A test has a time limit of its own; one that cannot be
interrupted, or that ends the process, is recorded as the culprit, and the caller runs the rest in
a new process that leaves out what is in the result file already.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import Any

from . import record


class TestTimeLimit(BaseException):
    """Raised in a test that takes too long; nothing that catches ``Exception`` swallows it."""

    __test__ = False


def run(spec: dict[str, Any], log: record.Record) -> None:
    """Run pytest and write down each outcome."""
    sys.path.insert(0, spec["cwd"])
    try:
        import pytest
    except ImportError as error:
        log.write("no_pytest", **record.failure(error))
        return
    quiet = ["-p", "no:cacheprovider", "-q", "--tb=short", "--color=no"]
    quiet += ["--continue-on-collection-errors", *_without_coverage(), *spec["arguments"]]
    recorder = Recorder(log, set(spec["done"]), spec["test_limit"])
    status = pytest.main(quiet, plugins=[recorder])
    log.write("finished", status=int(status))


def _without_coverage() -> list[str]:
    """Coverage changes no outcome, except that its threshold fails a run."""
    try:
        import pytest_cov  # noqa: F401
    except ImportError:
        return []
    return ["--no-cov"]


class Recorder:
    """The pytest plugin."""

    def __init__(self, log: record.Record, done: set[str], limit: float) -> None:
        self._log = log
        self._done = done
        self._limit = limit
        self._watch = _Watch(log, limit)

    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
        """Leave out what an earlier process has run."""
        left_out = [item for item in items if item.nodeid in self._done]
        if left_out:
            items[:] = [item for item in items if item.nodeid not in self._done]
            config.hook.pytest_deselected(items=left_out)

    def pytest_collection_finish(self, session: Any) -> None:
        """Write down what is going to run."""
        self._log.write("collected", tests=[item.nodeid for item in session.items])

    def pytest_collectreport(self, report: Any) -> None:
        """Write down a file that cannot be collected."""
        if report.failed:
            text = str(report.longrepr)
            self._log.write("uncollected", file=report.nodeid, text=text[-2000:])

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None:
        """Start the clock of a test."""
        self._log.write("begun", test=nodeid)
        self._watch.start(nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Write down the outcome of a phase."""
        text = ""
        if report.outcome != "passed":
            crash = getattr(report.longrepr, "reprcrash", None)
            text = str(crash.message if crash is not None else report.longrepr)[:500]
        self._log.write(
            "outcome",
            test=report.nodeid,
            phase=report.when,
            outcome=report.outcome,
            expected=hasattr(report, "wasxfail"),
            late="TestTimeLimit" in text[:200],
            text=text,
        )

    def pytest_runtest_logfinish(self, nodeid: str, location: Any) -> None:
        """Stop the clock of a test."""
        self._watch.stop()
        self._log.write("ended", test=nodeid)

    def pytest_internalerror(self, excrepr: Any) -> None:
        """Write down that pytest itself failed."""
        self._log.write("internal", text=str(excrepr)[-1500:])


class _Watch:
    """Interrupts a test at its limit, and ends the process when it cannot be interrupted."""

    def __init__(self, log: record.Record, limit: float) -> None:
        self._log = log
        self._limit = limit
        self._test: str | None = None
        self._deadline = 0.0
        threading.Thread(target=self._guard, daemon=True).start()

    def start(self, test: str) -> None:
        self._deadline = _CLOCK() + self._limit + 5
        self._test = test
        signal.signal(signal.SIGALRM, self._on_alarm)
        signal.setitimer(signal.ITIMER_REAL, self._limit, 1.0)

    def stop(self) -> None:
        self._test = None
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _on_alarm(self, _number: int, _frame: Any) -> None:
        if self._test is not None:
            raise TestTimeLimit(f"took longer than {self._limit:g} s")

    def _guard(self) -> None:
        while True:
            _SLEEP(0.5)
            test = self._test
            if test is not None and _CLOCK() > self._deadline:
                self._log.write("stuck", test=test)
                os._exit(3)


# Tests replace time.sleep and time.monotonic; the guard keeps the real ones.
_SLEEP = threading.Event().wait
_CLOCK = time.monotonic
