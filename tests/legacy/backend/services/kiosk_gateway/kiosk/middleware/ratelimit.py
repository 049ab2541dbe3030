import time
from collections import defaultdict

from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse

HITS = defaultdict(list)


class RateLimit(BaseHTTPMiddleware):
    def __init__(self, app, limit):
        super().__init__(app)
        self.count, self.seconds = limit

    async def dispatch(self, request, call_next):
        client = request.client.host if request.client else "?"
        now = time.time()
        HITS[client] = [hit for hit in HITS[client] if now - hit < self.seconds]
        if len(HITS[client]) >= self.count:
            return JSONResponse({"detail": "slow down"}, status_code=429)
        HITS[client].append(now)
        return await call_next(request)
