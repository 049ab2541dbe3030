"""Requests to other services: bounded in time, retried where that is safe, traceable.

Needs the `http` extra. The client is an ordinary `httpx2.AsyncClient`; what is
added sits in its transport and therefore holds for every request.
"""

from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2

from .breaker import CircuitBreaker
from .context import CORRELATION_HEADER, current_correlation_id
from .exceptions import DeadlineExceededError, DependencyUnavailableError
from .retry import RetryBudget, RetryPolicy
from .timeouts import remaining_seconds
from .tracing import trace_headers

_SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_TEMPORARY = frozenset({502, 503, 504})
IDEMPOTENCY_HEADER = "Idempotency-Key"


class _TemporaryFailureError(Exception):
    """Carries an answer that may be another one on the next try."""

    def __init__(self, response: httpx2.Response) -> None:
        super().__init__(response.status_code)
        self.response = response


@dataclass(frozen=True, slots=True, kw_only=True)
class Resilience:
    """What stands between a caller and a service in trouble.

    Attributes:
        timeout_seconds: Limit for connecting, and for each wait for data; a time
            limit that is open (see `timeouts`) shortens it.
        retry: When to repeat a request that may be repeated.
        budget: Retries that all requests of the client share; none by default.
        breaker: Counts failed requests and refuses them for a while; none by default.
    """

    timeout_seconds: float = 5.0
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    budget: RetryBudget | None = None
    breaker: CircuitBreaker | None = None


class ServiceTransport(httpx2.AsyncBaseTransport):
    """Adds correlation and trace headers, and repeats idempotent requests.

    A request is repeated when the connection failed or the answer was 502, 503
    or 504, and its method is idempotent or it carries an idempotency key. A body
    that is a stream is gone once it was sent: such a request is never repeated. When
    every try failed, the last answer is returned, and a failure without an answer
    is raised as `DependencyUnavailableError`.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, resilience: Resilience) -> None:
        self._inner = inner
        self._resilience = resilience

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request.

        Raises:
            DependencyUnavailableError: If there was no answer, or the circuit
                breaker is open.
            DeadlineExceededError: If no time was left for the request.
        """
        request.headers.update(propagated_headers())
        once = RetryPolicy(attempts=1)
        policy = self._resilience.retry if _may_be_repeated(request) else once
        retrying = policy.retrying(
            httpx2.TransportError,
            _TemporaryFailureError,
            budget=self._resilience.budget,
        )
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
        _shorten_timeouts(request)
        breaker = self._resilience.breaker
        if breaker is None:
            return await self._send_once(request)
        with breaker.guard():
            return await self._send_once(request)

    async def _send_once(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        if response.status_code in _TEMPORARY:
            await response.aread()
            raise _TemporaryFailureError(response)
        return response


def create_http_client(
    base_url: str,
    *,
    resilience: Resilience | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> httpx2.AsyncClient:
    """Return a client for one other service; close it with `aclose`.

    Args:
        base_url: Where the other service listens.
        resilience: Time limits, retries and circuit breaker.
        transport: What really sends; tests pass an `httpx2.MockTransport`.
    """
    limits = resilience or Resilience()
    return httpx2.AsyncClient(
        base_url=base_url,
        cookies=no_cookies(),
        timeout=limits.timeout_seconds,
        transport=ServiceTransport(transport or httpx2.AsyncHTTPTransport(), limits),
    )


def can_be_sent_again(request: httpx2.Request) -> bool:
    """Return whether the whole body is at hand; what streams is gone once it was sent."""
    return isinstance(request.stream, httpx2.ByteStream)


def no_cookies() -> CookieJar:
    """Return a jar that stays empty.

    A client that serves many callers must not send one of them what another was given.
    """
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def propagated_headers() -> dict[str, str]:
    """Return the headers that tie a request to what it is made for."""
    headers = trace_headers()
    correlation_id = current_correlation_id()
    if correlation_id is not None:
        headers[CORRELATION_HEADER] = correlation_id
    return headers


def _may_be_repeated(request: httpx2.Request) -> bool:
    if not can_be_sent_again(request):
        return False
    return request.method in _SAFE_TO_REPEAT or IDEMPOTENCY_HEADER in request.headers


def _shorten_timeouts(request: httpx2.Request) -> None:
    left = remaining_seconds()
    if left is None:
        return
    if left <= 0:
        raise DeadlineExceededError(f"no time is left to ask {request.url.host}")
    limits = request.extensions.get("timeout", {})
    request.extensions["timeout"] = {
        kind: left if limit is None else min(limit, left) for kind, limit in limits.items()
    }
