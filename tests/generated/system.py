"""One real system: gateway, CRUD service and worker as processes, with faults.

Run inside of a generated workspace by `system.rs`, with PostgreSQL and RabbitMQ on
loopback. Prints what was done and what was lost, and fails if anything was.
"""

import asyncio
import json
import os
import signal
import socket
import sys
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import aio_pika
import asyncpg
import httpx2
import jwt
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
RABBIT = os.environ.get("TEST_RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672/")
SECRET = "correct horse battery staple and then some"
ISSUER = "https://login.example"
PATIENCE_SECONDS = 300.0
LIMIT = 600
ORDERS = "/orders/api/v1/orders"
RUN = uuid4().hex[:8]


class Collector(BaseHTTPRequestHandler):
    """Keeps which services took part in which trace."""

    traces: dict[str, set[str]] = defaultdict(set)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/v1/traces":
            for part in ExportTraceServiceRequest.FromString(body).resource_spans:
                names = [a.value.string_value for a in part.resource.attributes if a.key == "service.name"]
                for scope in part.scope_spans:
                    for span in scope.spans:
                        self.traces[span.trace_id.hex()].update(names)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Wire:
    """A wire to the broker that can be cut: to its users the broker is killed."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.port = free_port()
        self.server: asyncio.Server | None = None
        self.open: set[asyncio.StreamWriter] = set()

    async def join(self) -> None:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def cut(self) -> None:
        self.server.close()
        for writer in list(self.open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self.target)
        self.open |= {writer, far_writer}
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer), return_exceptions=True)
        self.open -= {writer, far_writer}


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


class Service:
    """One process, started as its README says."""

    def __init__(self, command: str, port: int, **environment: str) -> None:
        self.command = [str(Path(sys.executable).parent / command)]
        self.port = port
        prefix = command.upper().replace("-", "_") + "_"
        self.environment = {
            f"{prefix}{name}": value
            for name, value in {"PORT": str(port), "OTLP_ENDPOINT": COLLECTOR, **environment}.items()
        }
        self.process: asyncio.subprocess.Process | None = None
        self.lines: list[dict] = []

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *self.command, env=os.environ | self.environment, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        asyncio.create_task(self._read(self.process.stdout))
        async with httpx2.AsyncClient() as client:
            await until(lambda: answers(client, f"http://127.0.0.1:{self.port}/health/live"), self.command[0])

    async def _read(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            try:
                self.lines.append(json.loads(line))
            except ValueError:
                self.lines.append({"message": line.decode().rstrip()})

    async def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(how)
            await asyncio.wait_for(self.process.wait(), 60)


async def answers(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx2.TransportError:
        return False


async def until(condition, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        await asyncio.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def token(subject: str = "alice") -> str:
    now = int(time.time())
    claims = {"sub": subject, "iss": ISSUER, "aud": "system", "iat": now, "exp": now + 3600}
    return jwt.encode(claims, SECRET, algorithm="HS256")


async def on_server(statement: str) -> None:
    connection = await asyncpg.connect(POSTGRES)
    await connection.execute(statement)
    await connection.close()


def database(name: str) -> str:
    return POSTGRES.rsplit("/", 1)[0] + f"/{name}_{RUN}"


async def noted() -> list[str]:
    connection = await asyncpg.connect(database("mailer"))
    rows = await connection.fetch("SELECT summary FROM notices ORDER BY id")
    await connection.close()
    return [row["summary"] for row in rows]


async def create(client: httpx2.AsyncClient, name: str, **headers: str) -> httpx2.Response:
    return await client.post(ORDERS, json={"name": name}, headers=headers)


async def authentication_and_correlation(client, orders, gateway) -> None:
    refused = await client.post(ORDERS, json={"name": "x"}, headers={"Authorization": "none"})
    assert refused.status_code == 401, refused.text
    created = await create(client, "first", **{"X-Correlation-ID": "system-4711"})
    assert created.status_code == 201, created.text
    assert created.headers["X-Correlation-ID"] == "system-4711"
    await until(lambda: has("first"), "the event of the first order")
    for service in (orders, gateway):
        assert any(line.get("correlation_id") == "system-4711" for line in service.lines)
    everyone = {"orders", "mailer", "system-gateway"}
    await until(lambda: joined(everyone), f"one trace through {everyone}: {Collector.traces}")
    report("requests", "none", "0 of 1 events; one trace through all three")


async def has(*names: str) -> bool:
    return set(names) <= set(await noted())


async def joined(everyone: set[str]) -> bool:
    return any(everyone <= services for services in Collector.traces.values())


async def killed_service(client, orders) -> None:
    await orders.end(signal.SIGKILL)
    kinds = [(await client.get(ORDERS)).json()["type"] for _ in range(8)]
    assert kinds[0] in {"dependency-unavailable", "deadline-exceeded"}, kinds
    assert kinds[-1] == "circuit-open", kinds
    await orders.start()

    async def recovered() -> bool:
        return (await client.get(ORDERS)).status_code == 200

    await until(recovered, "the breaker closes again")
    names = [item["name"] for item in (await client.get(ORDERS)).json()["items"]]
    assert "first" in names
    report("CRUD service killed", "breaker opened and closed", f"0 of {len(names)} orders")


async def killed_broker(client, wire) -> None:
    await wire.cut()
    names = [f"during the outage {number}" for number in range(10)]
    for name in names:
        created = await create(client, name)
        assert created.status_code == 201, created.text
    assert not await has(names[0])
    await wire.join()
    await until(lambda: has(*names), "the events of the outage")
    found = await noted()
    assert len(found) == len(set(found)), f"an effect happened twice: {found}"
    report("broker cut off", "outbox kept the events", f"0 of {len(names)} events")


async def killed_worker(client, mailer) -> None:
    await mailer.end(signal.SIGKILL)
    names = [f"without a worker {number}" for number in range(10)]
    for name in names:
        assert (await create(client, name)).status_code == 201
    await mailer.start()
    await until(lambda: has(*names), "the events while the worker was away")
    found = await noted()
    assert len(found) == len(set(found)), f"an effect happened twice: {found}"
    report("worker killed", "its queue kept the events", f"0 of {len(names)} events")


async def rate_limit(client) -> None:
    headers = {"Authorization": f"Bearer {token('bob')}"}
    path = ORDERS
    statuses = [(await client.get(path, headers=headers)).status_code for _ in range(LIMIT + 5)]
    assert statuses == [200] * LIMIT + [429] * 5, statuses[-8:]
    assert (await client.get(path)).status_code == 200, "another caller has a limit of its own"
    report("too many requests", "refused with 429", f"nothing, {LIMIT} accepted")


def report(fault: str, what: str, lost: str) -> None:
    print(f"{fault:24}{what:30}lost: {lost}", flush=True)


async def main() -> None:
    for name in ("orders", "mailer"):
        await on_server(f'CREATE DATABASE "{name}_{RUN}"')
    address = httpx2.URL(RABBIT)
    wire = Wire(address.host, address.port or 5672)
    await wire.join()
    broker = str(address.copy_with(host="127.0.0.1", port=wire.port))
    orders = Service("orders", free_port(), DATABASE_URL=database("orders"), BROKER_URL=broker)
    mailer = Service("mailer", free_port(), DATABASE_URL=database("mailer"), BROKER_URL=RABBIT)
    gateway = Service(
        "system-gateway", free_port(), RATE_LIMIT=f"{LIMIT}/hour", JWT_ISSUER=ISSUER,
        JWT_AUDIENCE="system", JWT_SECRET=SECRET,
        SERVICES=json.dumps({"orders": f"http://127.0.0.1:{orders.port}"}),
    )
    services = (orders, mailer, gateway)
    headers = {"Authorization": f"Bearer {token()}"}
    try:
        await asyncio.gather(*(service.start() for service in services))
        base = f"http://127.0.0.1:{gateway.port}"
        async with httpx2.AsyncClient(base_url=base, headers=headers, timeout=30) as client:
            await authentication_and_correlation(client, orders, gateway)
            await killed_broker(client, wire)
            await killed_worker(client, mailer)
            await killed_service(client, orders)
            await rate_limit(client)
    except BaseException:
        for service in services:
            print(service.command, *service.lines[-15:], sep="\n", file=sys.stderr)
        raise
    finally:
        await asyncio.gather(*(service.end() for service in services), return_exceptions=True)
        for name in ("orders", "mailer"):
            await on_server(f'DROP DATABASE "{name}_{RUN}" WITH (FORCE)')
        async with await aio_pika.connect(RABBIT) as connection:
            channel = await connection.channel()
            kept = "events.kept.orders.order.created.v1"
            for queue in ("events.mailer", "events.mailer.dead", kept):
                await channel.queue_delete(queue)


collector = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
COLLECTOR = f"http://127.0.0.1:{collector.server_port}"
Thread(target=collector.serve_forever, daemon=True).start()
asyncio.run(main())
