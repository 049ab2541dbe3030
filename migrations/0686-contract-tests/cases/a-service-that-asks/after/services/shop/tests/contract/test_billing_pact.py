"""What this service expects of another one: a pact, to which the tests of that one hold it."""

import json
from pathlib import Path
from typing import Any, get_type_hints

from pact import Pact, match
from pydantic import TypeAdapter

from vertice_clients.factory import ClientFactory
from vertice_clients.registry import ServiceRegistry

from shop.infrastructure.clients.billing.client import (
    BillingClient,
)

CONSUMER = "shop"
PROVIDER = "billing"
INTEGRATION = Path(__file__).parents[1] / "integration"
# What is asked and answered for each operation whose document says enough.
CASES: list[dict[str, Any]] = [
    case
    for case in json.loads(
        (INTEGRATION / "billing_client.json").read_text(),
    )
    if case["contract"]
]
# The pacts of all services lie at the workspace's root.
PACTS = next(
    folder / "contracts"
    for folder in Path(__file__).parents
    if (folder / "scaffold.toml").is_file()
)


def expect(pact: Pact, case: dict[str, Any]) -> None:
    """Take one operation into the pact: what is asked to the letter, the answer by its types."""
    interaction = pact.upon_receiving(case["operation"])
    if case["contract"]["state"]:
        interaction.given(f"{case['operation']} finds what it asks for", case["arguments"])
    interaction.with_request(case["method"], case["path"])
    for name, values in case["query"].items():
        for value in values:
            interaction.with_query_parameter(name, value)
    for name, values in case["headers"].items():
        for value in values:
            interaction.with_header(name, value)
    if case["body"] is not None:
        interaction.with_body(case["body"], "application/json")
    interaction.will_respond_with(case["status"])
    if case["contract"]["answers"]:
        interaction.with_body(match.like(case["answer"]), "application/json")


async def ask(factory: ClientFactory, case: dict[str, Any]) -> None:
    client = BillingClient(factory.client(PROVIDER))
    method = getattr(client, case["operation"])
    hints = get_type_hints(method)
    arguments = {
        name: TypeAdapter(hints[name]).validate_python(value)
        for name, value in case["arguments"].items()
    }
    await method(**arguments)


def forget(body: dict[str, Any], place: str) -> None:
    """Take a value out of an expected body."""
    *above, name = place.split(".")[1:]
    for part in above:
        body = body[part]
    body.pop(name, None)


def write(pact: Pact) -> None:
    """Write the pact: what may be null is of its type or null, what is open is not expected."""
    pact.write_file(PACTS, overwrite=True)
    path = PACTS / f"{CONSUMER}-{PROVIDER}.json"
    written = json.loads(path.read_text())
    promised = {case["operation"]: case["contract"] for case in CASES}
    either = {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]}
    for interaction in written["interactions"]:
        contract = promised[interaction["description"]]
        if contract["answers"]:
            response = interaction["response"]
            response["matchingRules"]["body"].update(dict.fromkeys(contract["nullable"], either))
            for place in contract["open"]:
                forget(response["body"]["content"], place)
    path.write_text(json.dumps(written, indent=2) + "\n")


async def test_the_client_asks_and_understands_what_the_pact_says() -> None:
    pact = Pact(CONSUMER, PROVIDER).with_specification("V4")
    for case in CASES:
        expect(pact, case)

    with pact.serve() as server:
        factory = ClientFactory(ServiceRegistry({PROVIDER: str(server.url)}))
        for case in CASES:
            await ask(factory, case)
        await factory.close()

    write(pact)
