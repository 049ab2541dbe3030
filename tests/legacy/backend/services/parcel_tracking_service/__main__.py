import uvicorn

from .config import settings

if __name__ == "__main__":
    uvicorn.run("parcel_tracking_service.main:app", host="127.0.0.1", port=settings.port)
