"""Gateway for the kiosks in the foyer."""

import os
import time
from datetime import datetime, timezone
from typing import Any, Dict, Optional, Tuple

import httpx
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

import kiosk.breaker
import kiosk.tokens as tokens
from kiosk.api import orders as orders_api
from kiosk.middleware import ratelimit
from kiosk.middleware.headers import SecurityHeaders
from kiosk.routing import UPSTREAMS, resolve

try:
    from backend.shared.web.envelope import failed
except ImportError:

    def failed(message: str, code: Optional[int] = None) -> dict:
        return {"success": False, "error": {"message": message, "code": code}}


KIOSK_SECRET = os.environ.get("KIOSK_SECRET", "please-change-me")
TIMEOUT = httpx.Timeout(float(os.environ.get("UPSTREAM_TIMEOUT", 5)))

bearer = HTTPBearer(auto_error=False)
breakers: Dict[str, kiosk.breaker.Breaker] = {name: kiosk.breaker.Breaker() for name in UPSTREAMS}
_http: Optional[httpx.AsyncClient] = None
_started = time.time()


def http() -> httpx.AsyncClient:
    global _http
    if _http is None:
        _http = httpx.AsyncClient(timeout=TIMEOUT)
    return _http


async def close_http() -> None:
    global _http
    if _http is not None:
        await _http.aclose()
        _http = None


def who(credentials: Optional[HTTPAuthorizationCredentials] = Depends(bearer)) -> str:
    if credentials is None:
        raise HTTPException(401, "token missing")
    try:
        return tokens.read(credentials.credentials, KIOSK_SECRET)["sub"]
    except tokens.TokenError as exc:
        raise HTTPException(401, str(exc)) from exc


async def forward(name: str, path: str, request: Request) -> Response:
    """Sends a request on, and counts failures per upstream."""
    breaker = breakers[name]
    if not breaker.allows():
        return JSONResponse(failed(f"{name} is resting", 503), status_code=503)
    url = resolve(name, path)
    headers = {k: v for k, v in request.headers.items() if k not in HOP_BY_HOP}
    try:
        answer = await http().request(
            request.method, url, params=request.query_params, headers=headers, content=await request.body()
        )
    except httpx.HTTPError as exc:
        breaker.failure()
        return JSONResponse(failed(f"{name}: {type(exc).__name__}", 502), status_code=502)
    breaker.success()
    return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))


HOP_BY_HOP = {"host", "connection", "content-length", "transfer-encoding", "upgrade"}


def create_gateway(*, title: str = "Kiosk gateway", limit: Tuple[int, float] = (1000, 60.0)) -> FastAPI:
    gateway = FastAPI(title=title, version="2024.2", on_shutdown=[close_http])
    # order matters, and is wrong: the limit is counted last
    gateway.add_middleware(ratelimit.RateLimit, limit=limit)
    gateway.add_middleware(SecurityHeaders)
    gateway.add_middleware(
        CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"], allow_headers=["*"]
    )
    gateway.include_router(orders_api.router, prefix="/api/orders", dependencies=[Depends(who)])

    @gateway.get("/health")
    async def health() -> Dict[str, Any]:
        return {"status": "healthy", "upstreams": sorted(UPSTREAMS), "since": int(_started) > 0}

    @gateway.get("/health/detailed")
    async def detailed():
        return {name: breaker.state for name, breaker in sorted(breakers.items())}

    @gateway.get("/time")
    async def time_now():
        return {"now": datetime.now(timezone.utc).isoformat()}

    @gateway.api_route("/to/{name}/{path:path}", methods=["GET", "POST", "PUT", "DELETE"], include_in_schema=False)
    async def proxy(name: str, path: str, request: Request, user: str = Depends(who)):
        if name not in UPSTREAMS:
            raise HTTPException(404, "no such upstream")
        return await forward(name, path, request)

    return gateway


app = create_gateway()
status_app = FastAPI(title="Kiosk status", openapi_url=None)


@status_app.get("/")
def status():
    return {name: breaker.failures for name, breaker in breakers.items()}


app.mount("/status", status_app)

if __name__ == "__main__":
    uvicorn.run("kiosk.main:app", host="0.0.0.0", port=int(os.getenv("PORT", "8119")), workers=1)
