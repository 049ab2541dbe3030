import fastapi
import pydantic
