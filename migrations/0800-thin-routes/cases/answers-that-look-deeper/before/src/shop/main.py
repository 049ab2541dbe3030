from fastapi import FastAPI, HTTPException
from fastapi.responses import PlainTextResponse

from shop.presentation.routes import router

app = FastAPI()
app.include_router(router)


@app.exception_handler(HTTPException)
async def plain(request, error):
    return PlainTextResponse(str(error.__cause__), error.status_code)
