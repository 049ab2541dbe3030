import fastapi
import httpx
import pydantic
