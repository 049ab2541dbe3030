"""What an application answers: GET requests without parameters, asked through ASGI in this process.

The lifespan is started before and left running; no server and no socket is involved.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from typing import Any

from . import application, record

BODY_LIMIT = 400_000
GRACE = 4.0


class TimeIsUp(BaseException):
    """Raised by the alarm when a service blocks the event loop."""


def run(spec: dict[str, Any], log: record.Record) -> None:
    """Start the application and ask each path once."""
    app = application.load(spec, log)
    if app is None:
        return
    signal.signal(signal.SIGALRM, _on_alarm)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_session(app, spec, log))


def _on_alarm(_number: int, _frame: Any) -> None:
    raise TimeIsUp


def _seed(spec: dict[str, Any], salt: str) -> None:
    """Make random draws repeatable within a run and different between runs."""
    random.seed(f"{spec['seed']}/{salt}")
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(spec["seed"] + 1)


async def _session(app: Any, spec: dict[str, Any], log: record.Record) -> None:
    state: dict[str, Any] = {}
    if spec["lifespan"]:
        _seed(spec, "startup")
        problem = await _limited(_start(app, state), spec["startup_limit"])
        log.write("startup", error=problem)
        if problem is not None:
            return
    paths = application.get_paths(app)
    log.write("paths", paths=paths)
    for path in paths:
        _seed(spec, path)
        exchange = _Exchange(path, state)
        problem = await _limited(exchange.run(app), spec["request_limit"])
        log.write("answer", path=path, error=problem or exchange.error, **exchange.result())


async def _limited(work: Any, limit: float) -> str | None:
    """Run ``work`` for at most ``limit`` seconds, even when it blocks the loop."""
    signal.setitimer(signal.ITIMER_REAL, limit + GRACE)
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=limit)
        if not done:
            task.cancel()
            await asyncio.wait({task}, timeout=1)
            return "time limit reached"
        return task.result()
    except BaseException as error:  # noqa: BLE001 - also TimeIsUp, alone or within a group
        return f"interrupted: {type(error).__name__}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


async def _start(app: Any, state: dict[str, Any]) -> str | None:
    """Send the startup event; the application keeps running and is never shut down."""
    inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    await inbox.put({"type": "lifespan.startup"})
    answered: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

    def settle(problem: str | None) -> None:
        if not answered.done():
            answered.set_result(problem)

    async def send(message: dict[str, Any]) -> None:
        failed = message["type"] == "lifespan.startup.failed"
        settle((message.get("message") or "startup failed")[-900:] if failed else None)

    async def serve() -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}}
        try:
            await app({**scope, "state": state}, inbox.get, send)
        except (Exception, SystemExit) as error:
            settle(record.failure(error)["error"])
        settle("the application ended while starting")

    _RUNNING.append(asyncio.ensure_future(serve()))
    return await answered


_RUNNING: list[Any] = []


class _Exchange:
    """One request and what came back."""

    def __init__(self, path: str, state: dict[str, Any]) -> None:
        self._path = path
        self._state = state
        self._asked = False
        self._complete = asyncio.Event()
        self._status: int | None = None
        self._headers: list[list[str]] = []
        self._body = bytearray()
        self.error: str | None = None

    async def run(self, app: Any) -> None:
        """Send the request and wait for the end of the answer."""
        try:
            await app(self._scope(), self._receive, self._send)
        except (Exception, SystemExit) as error:
            self.error = f"{type(error).__name__}: {error}"[:300]

    def result(self) -> dict[str, Any]:
        """Return the answer as far as it came."""
        body = self._body.decode("utf-8", "replace")
        return {"status": self._status, "headers": self._headers, "body": body}

    def _scope(self) -> dict[str, Any]:
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": self._path,
            "raw_path": self._path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [
                (b"host", b"localhost"),
                (b"accept", b"*/*"),
                (b"user-agent", b"scaffold-verify"),
                (b"origin", b"http://caller.example"),
            ],
            "client": ("127.0.0.1", 50000),
            "server": ("localhost", 80),
            "state": dict(self._state),
        }

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._complete.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            pairs = message.get("headers", [])
            self._headers = [[k.decode("latin1").lower(), v.decode("latin1")] for k, v in pairs]
        elif message["type"] == "http.response.body":
            if len(self._body) < BODY_LIMIT:
                self._body.extend(message.get("body", b""))
            if not message.get("more_body"):
                self._complete.set()
