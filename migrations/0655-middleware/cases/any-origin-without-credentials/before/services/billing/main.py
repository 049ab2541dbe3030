from fastapi import FastAPI, File
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"])


@app.post("/scans")
def scan(image: bytes = File()) -> int:
    return len(image)
