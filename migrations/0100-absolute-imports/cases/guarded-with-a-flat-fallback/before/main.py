try:
    from .config import NAME
except ImportError:
    from config import NAME

if __name__ == "__main__":
    import uvicorn

    uvicorn.run("main:app", port=8000)
