from fastapi import FastAPI

app = FastAPI(title="placeholder")


@app.get("/health")
async def health():
    return {"status": "healthy"}


@app.get("/")
async def root():
    return {}
