"""Chess club: lobby over WebSockets, ratings over REST."""

import asyncio
import json
import sys

from fastapi import Depends, FastAPI, HTTPException, WebSocket, WebSocketDisconnect
from fastapi.security import APIKeyHeader
from loguru import logger

import lobby
from clock import ChessClock, seconds_left
from lobby import Lobby, broadcast
from rating import elo
from rating.elo import Outcome, expected
from settings import *

logger.remove()
logger.add(sys.stderr, level=LOG_LEVEL, format="{time:HH:mm:ss} {level} {message}")

app = FastAPI(title="Chess club", version=VERSION)
admin = FastAPI(title="Chess club admin", version=VERSION)

api_key = APIKeyHeader(name="X-Club-Key", auto_error=False)

# table number -> clock
clocks = {}
games_finished = 0
heartbeat_task = None


def check_key(key: str = Depends(api_key)):
    if key != CLUB_KEY:
        raise HTTPException(status_code=403, detail="members only")
    return key


async def heartbeat(interval: float = HEARTBEAT_SECONDS):
    while True:
        await asyncio.sleep(interval)
        await broadcast({"type": "heartbeat", "online": lobby.count()})


@app.on_event("startup")
async def start_heartbeat():
    global heartbeat_task
    heartbeat_task = asyncio.create_task(heartbeat())
    logger.info("lobby open")


@app.on_event("shutdown")
async def stop_heartbeat():
    global heartbeat_task
    if heartbeat_task is not None:
        heartbeat_task.cancel()
        heartbeat_task = None


@app.get("/health")
async def health():
    return {"status": "healthy", "online": lobby.count(), "finished": games_finished}


@app.get("/health/live")
async def live():
    return {"status": "healthy"}


@app.websocket("/ws/{player}")
async def play(socket: WebSocket, player: str):
    room: Lobby = lobby.current()
    await socket.accept()
    room.join(player, socket)
    await broadcast({"type": "joined", "player": player})
    try:
        while True:
            message = json.loads(await socket.receive_text())
            if message["type"] == "say":
                await broadcast({"type": "said", "player": player, "text": message["text"][:MAX_TEXT]})
            elif message["type"] == "move":
                table = message["table"]
                clock = clocks.setdefault(table, ChessClock(BASE_SECONDS))
                clock.press()
                await socket.send_json({"type": "clock", "left": seconds_left(clock)})
            else:
                await socket.send_json({"type": "error", "reason": "unknown " + message["type"]})
    except WebSocketDisconnect:
        room.leave(player)
        logger.debug("{} left", player)


@app.post("/games", dependencies=[Depends(check_key)])
async def finish_game(white: str, black: str, outcome: Outcome):
    global games_finished
    games_finished += 1
    before = elo.rating(white), elo.rating(black)
    after = elo.update(white, black, outcome)
    return {"white": after[0], "black": after[1], "expected": round(expected(*before), 3)}


@app.get("/ratings")
async def ratings():
    return elo.table()


@admin.get("/clocks", dependencies=[Depends(check_key)])
async def admin_clocks():
    return {str(table): seconds_left(clock) for table, clock in clocks.items()}


@admin.post("/reset", dependencies=[Depends(check_key)])
async def admin_reset():
    global games_finished
    games_finished = 0
    clocks.clear()
    elo.RATINGS.clear()
    return "reset"


app.mount("/admin", admin)

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(
        "main:app",
        host="0.0.0.0",
        port=PORT,
    )
