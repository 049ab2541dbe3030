from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from vertice_api.cors import allowed_origins
from vertice_api.middleware import BodyLimitMiddleware

app = FastAPI(
    title="Billing",
)  # the one application
app.add_middleware(BodyLimitMiddleware, max_bytes=1_048_576)

app.add_middleware(
    CORSMiddleware,
    allow_origins=allowed_origins(),
    allow_credentials=True,
    allow_methods=["*"],
)
