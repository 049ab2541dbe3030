"""The service is what others expect of it: their pacts, asked of the running application."""

import asyncio
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from pact import Verifier

PROVIDER = "billing"
# How long the application may take to start, in seconds.
START = 30
# The pacts of all services lie at the workspace's root.
PACTS = next(
    folder / "contracts"
    for folder in Path(__file__).parents
    if (folder / "scaffold.toml").is_file()
)
STATES = Path(__file__).with_name("states.py")


def states() -> dict[str, Callable[..., Any]]:
    """Return what brings each state about."""
    spec = util.spec_from_file_location("states", STATES)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, Callable[..., Any]] = module.STATES
    return found


def interactions() -> list[Any]:
    """Return the interactions of every pact with this service."""
    return [
        pytest.param(pact, each, id=f"{pact.stem}: {each['description']}")
        for pact in sorted(PACTS.glob(f"*-{PROVIDER}.json"))
        for each in json.loads(pact.read_text())["interactions"]
    ]


@contextmanager
def running(app: FastAPI) -> Iterator[tuple[str, asyncio.AbstractEventLoop]]:
    """Serve the application at a free port; gives its URL and its event loop."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    loop = asyncio.new_event_loop()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serve = server.serve(sockets=[listener])
        thread = threading.Thread(target=loop.run_until_complete, args=(serve,))
        thread.start()
        for _ in range(START * 100):
            if server.started or not thread.is_alive():
                break
            thread.join(0.01)
        try:
            assert server.started, "the application does not start"
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", loop
        finally:
            server.should_exit = True
            thread.join()
            loop.close()


@pytest.mark.parametrize(("pact", "interaction"), interactions())
def test_a_pact_is_kept(app: FastAPI, pact: Path, interaction: dict[str, Any]) -> None:
    known = states()
    needed = [state["name"] for state in interaction.get("providerStates", [])]
    for state in needed:
        if state not in known:
            pytest.skip(f"add {state!r} to STATES in {STATES}")

    with running(app) as (url, loop):

        def bring_about(state: str, parameters: dict[str, Any] | None = None) -> None:
            made = known[state](app, parameters or {})
            asyncio.run_coroutine_threadsafe(made, loop).result(START)

        verifier = Verifier(PROVIDER, host="127.0.0.1").add_transport(url=url).add_source(pact)
        verifier.filter(f"^{re.escape(interaction['description'])}$")
        if needed:
            verifier.state_handler(bring_about)
        verifier.verify()
