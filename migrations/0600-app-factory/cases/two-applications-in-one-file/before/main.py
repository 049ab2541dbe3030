from fastapi import FastAPI

admin = FastAPI()
app = FastAPI()
app.mount("/admin", admin)
