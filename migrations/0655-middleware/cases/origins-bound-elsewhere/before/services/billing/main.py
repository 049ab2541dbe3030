from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from vertice_api.middleware import BodyLimitMiddleware

ORIGINS = ["*"]

app = FastAPI()
app.add_middleware(BodyLimitMiddleware, max_bytes=10)
app.add_middleware(CORSMiddleware, allow_origins=ORIGINS, allow_credentials=True)
