"""Requests to other services: bounded in time, retried where that is safe, traceable.

Needs the `http` extra. The client is an ordinary `httpx2.AsyncClient`; what is
added sits in its transport and therefore holds for every request.
"""

import httpx2

from .context import CORRELATION_HEADER, current_correlation_id
from .exceptions import DependencyUnavailableError
from .retry import RetryPolicy
from .tracing import trace_headers

_SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_TEMPORARY = frozenset({502, 503, 504})


class _TemporaryFailureError(Exception):
    """Carries an answer that may be another one on the next try."""

    def __init__(self, response: httpx2.Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class ServiceTransport(httpx2.AsyncBaseTransport):
    """Adds correlation and trace headers, and repeats idempotent requests.

    A request is repeated when the connection failed or the answer was 502, 503
    or 504. When every try failed, the last answer is returned, and a failure
    without an answer is raised as `DependencyUnavailableError`.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, retry: RetryPolicy) -> None:
        self._inner = inner
        self._retry = retry

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        request.headers.update(_propagated_headers())
        once = RetryPolicy(attempts=1)
        policy = self._retry if request.method in _SAFE_TO_REPEAT else once
        retrying = policy.retrying(httpx2.TransportError, _TemporaryFailureError)
        try:
            return await retrying(self._send, request)
        except _TemporaryFailureError as failure:
            return failure.response
        except httpx2.TransportError as error:
            raise DependencyUnavailableError(
                f"{request.url.host} does not answer", host=request.url.host
            ) from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        if response.status_code in _TEMPORARY:
            await response.aread()
            raise _TemporaryFailureError(response)
        return response


def create_http_client(
    base_url: str,
    *,
    timeout_seconds: float = 5.0,
    retry: RetryPolicy | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> httpx2.AsyncClient:
    """Return a client for one other service; close it with `aclose`.

    Args:
        base_url: Where the other service listens.
        timeout_seconds: Limit for connecting, and for each wait for data.
        retry: When to repeat idempotent requests; three tries by default.
        transport: What really sends; tests pass an `httpx2.MockTransport`.
    """
    return httpx2.AsyncClient(
        base_url=base_url,
        timeout=timeout_seconds,
        transport=ServiceTransport(
            transport or httpx2.AsyncHTTPTransport(),
            retry or RetryPolicy(),
        ),
    )


def _propagated_headers() -> dict[str, str]:
    headers = trace_headers()
    correlation_id = current_correlation_id()
    if correlation_id is not None:
        headers[CORRELATION_HEADER] = correlation_id
    return headers
