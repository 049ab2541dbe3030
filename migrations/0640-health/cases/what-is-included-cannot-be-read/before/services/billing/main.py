from fastapi import FastAPI
from foreign import get_router, plugins

app = FastAPI()
app.include_router(get_router(), prefix="/auth")
for plugin in plugins:
    app.include_router(plugin)
