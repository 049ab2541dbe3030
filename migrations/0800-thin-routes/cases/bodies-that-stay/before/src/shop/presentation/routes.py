import inspect

import httpx
from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel

from shop.application.orders import find
from shop.presentation import state

router = APIRouter()
count = 0


class Answer(BaseModel):
    number: int


@router.get("/request")
async def request(request: Request):
    name = request.headers["name"]
    return name


@router.get("/model")
async def model(number: int):
    number += 1
    return Answer(number=number)


@router.get("/counted")
async def counted():
    global count
    count += 1
    return count


@router.get("/client")
async def client():
    answer = httpx.get("http://elsewhere")
    return answer.json()


@router.get("/mirror")
async def mirror():
    frame = inspect.currentframe()
    return str(frame)


@router.get("/state")
async def current():
    state.latest += 1
    return state.latest


@router.get("/other")
async def other():
    found = await counted()
    return found


@router.get("/patched")
async def patched(number: int):
    found = await find(number)
    return found


@router.get("/many")
async def many():
    everything = [state.a, state.b, state.c, state.d, state.e, state.f]
    return everything


@router.get("/shown")
async def shown(number: int):
    try:
        if number < 0:
            raise HTTPException(status_code=404, detail="below")
        return number
    except Exception as error:
        raise HTTPException(status_code=500, detail=str(error))


@router.get("/computed")
async def computed(number: int):
    if number < 0:
        raise HTTPException(status_code=400 + number, detail="below")
    return number


@router.get("/headers")
async def headers(number: int):
    if number < 0:
        raise HTTPException(status_code=401, detail="who", headers={"WWW-Authenticate": "Bearer"})
    return number


@router.get("/called")
async def called(number: int):
    if number < 0:
        raise HTTPException(status_code=404, detail="below")
    return number
