import httpx
from fastapi import APIRouter

from ..infrastructure import store

router = APIRouter()
CLIENT = httpx
STORE = store
