from fastapi import FastAPI, HTTPException
from fastapi.responses import PlainTextResponse

from shop.presentation.errors import answer_domain_errors
from shop.presentation.routes import router

app = FastAPI()
app.include_router(router)


@app.exception_handler(HTTPException)
async def plain(request, error):
    return PlainTextResponse(error.detail, error.status_code)


answer_domain_errors(app)
