"""Tokens, signed by hand. Not JWT, but it looks like it."""
import base64
import hashlib
import hmac
import json


class TokenError(Exception):
    pass


def _sign(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()[:20]


def make(claims: dict, secret: str) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims, sort_keys=True).encode())
    return f"{body.decode()}.{_sign(body, secret)}"


def read(token: str, secret: str) -> dict:
    body, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_sign(body.encode(), secret), signature):
        raise TokenError("bad signature")
    return json.loads(base64.urlsafe_b64decode(body))
