import uvicorn
from fastapi import FastAPI

from config import PORT

app = FastAPI()

if __name__ == "__main__":
    uvicorn.run(app, port=PORT)
