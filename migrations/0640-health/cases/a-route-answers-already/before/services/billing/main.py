from fastapi import FastAPI

app = FastAPI()


@app.get("/health/{part}")
def health(part: str) -> dict[str, str]:
    return {part: "healthy"}
