from fastapi import FastAPI, Request
from vertice_api.middleware import SecurityHeadersMiddleware

app = FastAPI()


@app.middleware("http")
async def correlate(request: Request, call_next):
    response = await call_next(request)
    response.headers["X-Correlation-Id"] = request.headers.get("x-correlation-id", "none")
    return response


app.add_middleware(SecurityHeadersMiddleware, is_secure=False)
