"""Who asks, where proxies stand between: `X-Forwarded-For` and `X-Forwarded-Proto`.

Everybody can send these headers. They are believed from the proxies that the
service knows, and from nobody else.
"""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SCHEMES = {"http": {"http": "http", "https": "https"}, "websocket": {"http": "ws", "https": "wss"}}


class ForwardedMiddleware:
    """Puts the address of the client in the place of that of the last proxy.

    Args:
        app: What answers.
        trusted: Addresses of the proxies that are believed.
    """

    def __init__(self, app: ASGIApp, *, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Correct what is known of the connection, and pass the request on."""
        peer = scope.get("client")
        address = _address(peer[0]) if peer else None
        if address is not None and self._trusts(address):
            headers = Headers(scope=scope)
            client = self._client(headers.getlist("x-forwarded-for"))
            if client is not None:
                scope["client"] = (str(client), 0)
            schemes = _SCHEMES[scope["type"]]
            scope["scheme"] = schemes.get(headers.get("x-forwarded-proto", ""), scope["scheme"])
        await self._app(scope, receive, send)

    def _client(self, values: Sequence[str]) -> Address | None:
        """Return the last address that is none of a proxy: those before it may be invented."""
        client = None
        for value in reversed(",".join(values).split(",")):
            address = _address(value.strip())
            if address is None:
                break
            client = address
            if not self._trusts(address):
                break
        return client

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _address(text: str) -> Address | None:
    """Read an address, with or without a port; `None` if it is none."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
